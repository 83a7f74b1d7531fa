//! The `netform` command as a user or a program sees it: arguments, streams, exit status.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// Runs the command with the given standard input.
fn netform(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_netform"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the command ends");
    // The command may end before it has read everything.
    let _ = writer.join();
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn status(arguments: &[&str], input: &str) -> Option<i32> {
    netform(arguments, input).status.code()
}

/// The answers of `eval --json` to lines of input.
fn answers(arguments: &[&str], lines: &[String]) -> Vec<Value> {
    let output = netform(&[&["eval", "--json"], arguments].concat(), &(lines.join("\n") + "\n"));
    assert_eq!(output.status.code(), Some(0));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn an_expression_is_printed_in_the_wanted_form() {
    let printed = |form: &str| netform(&["eval", "x^2/3", "--form", form], "").stdout;
    assert_eq!(text(&printed("OutputForm")), "x^2/3\n");
    assert_eq!(text(&printed("InputForm")), "x^2/3\n");
    assert_eq!(text(&printed("FullForm")), "Times[Rational[1, 3], Power[x, 2]]\n");
    assert_eq!(text(&printed("TeXForm")), "\\frac{x^2}{3}\n");
    assert!(text(&printed("MathMLForm")).contains("<mfrac><msup><mi>x</mi><mn>2</mn></msup><mn>3</mn></mfrac>"));
}

#[test]
fn a_net_and_its_file_are_described() {
    let folder = std::env::temp_dir().join(format!("netform-info-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("net.onnx");
    let file = file.to_str().expect("a path");
    let net = "NetInitialize[NetChain[{2, Tanh}, \"Input\" -> 3], RandomSeeding -> 1]";
    assert_eq!(status(&["export", net, "--output", file], ""), Some(0));
    let output = netform(&["info", file, "--layers"], "");
    let shown = text(&output.stdout);
    for line in
        ["opset       ai.onnx -> 18", "inputs      Input: {batch, 3}", "arrays      2 with 8 elements, 64 bytes"]
    {
        assert!(shown.contains(line), "{shown}");
    }
    assert!(
        shown.contains("Gemm -> 1") && shown.contains("Tanh -> 1") && shown.contains("ElementwiseLayer"),
        "{shown}"
    );
    std::fs::remove_dir_all(&folder).expect("it is there");
    assert_eq!(status(&["info", "{1, 2}"], ""), Some(1));
    let arrays = netform(&["info", "<|\"w\" -> {{1, 2, 3}}, \"b\" -> 4.|>"], "");
    assert_eq!(text(&arrays.stdout), "arrays      2, of no net\n            w: {1, 3}\n            b: {}\n");
}

#[test]
fn nets_are_simplified_and_compared() {
    let net = "NetInitialize[NetChain[<|\"a\" -> 2, \"b\" -> 3, \"f\" -> Tanh|>, \"Input\" -> 2], RandomSeeding -> 1]";
    let output = netform(&["simplify", net], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("layers: 3 -> 2; elements of arrays: 15 -> 9"), "{}", text(&output.stderr));
    let smaller = text(&output.stdout).trim().to_owned();
    assert_eq!(status(&["diff", net, net], ""), Some(0));
    let other = format!("NetReplacePart[{net}, {{\"a\", \"Biases\"}} -> {{1., 2.}}]");
    let output = netform(&["diff", net, &other], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("array a/Biases: elements differ by up to 2.000e0"),
        "{}",
        text(&output.stdout)
    );
    let output = netform(&["diff", net, &smaller], "");
    let shown = text(&output.stdout);
    assert!(shown.contains("only the first net has the layer a") && shown.contains("results: "), "{shown}");
    assert_eq!(status(&["diff", net, "3"], ""), Some(2));
    assert_eq!(status(&["diff", net, "3 + 4"], ""), Some(1));
}

#[test]
fn the_equations_of_a_layer_are_written_for_another_system() {
    let net = "NetChain[<|\"a\" -> LinearLayer[1, \"Weights\" -> {{2, 3}}, \"Biases\" -> {4}], \"b\" -> Tanh|>, \"Input\" -> 2]";
    let output = netform(&["equations", net, "--layer", "a", "--to", "Maxima"], "");
    assert!(text(&output.stdout).contains("Output : [2*Input_1 + 3*Input_2 + 4]$"), "{}", text(&output.stdout));
    assert_eq!(status(&["equations", net, "--layer", "c"], ""), Some(1));
}

#[test]
fn a_net_is_written_as_code() {
    let net = "NetInitialize[LinearLayer[2, \"Input\" -> 3], RandomSeeding -> 1]";
    let output = netform(&["export", net, "--to", "C"], "");
    assert_eq!(output.status.code(), Some(0));
    let code = text(&output.stdout);
    assert!(code.contains("int net(const double *in_input, double *out_output, net_memory *memory)"), "{code}");
    assert_eq!(status(&["export", net], ""), Some(2));
    assert_eq!(status(&["export", "LinearLayer[2]", "--to", "C"], ""), Some(1));
    let file = std::env::temp_dir().join(format!("netform-code-{}.c", std::process::id()));
    let path = file.to_string_lossy().into_owned();
    assert_eq!(status(&["export", net, "--output", &path, "--header", "--option", "\"Name\" -> \"net\""], ""), Some(0));
    let header = std::fs::read_to_string(file.with_extension("h")).expect("a header");
    assert!(header.contains("#ifndef NET_H") && !header.contains("return 0;"), "{header}");
    let _ = (std::fs::remove_file(&file), std::fs::remove_file(file.with_extension("h")));
    let other = path.replace(".c", ".py");
    assert_eq!(status(&["export", net, "--output", &other, "--header"], ""), Some(2));
    assert_eq!(status(&["export", net, "--to", "C", "--header"], ""), Some(2));
}

#[test]
fn it_is_explained_how_a_net_is_computed() {
    let chain = "NetChain[{2, SoftmaxLayer[]}]";
    let output = netform(&["explain", chain, "--input", "{3}", "--time"], "");
    assert_eq!(output.status.code(), Some(0));
    let explained = text(&output.stdout);
    for part in ["Program\n", "after the passes\n", "Plan\n", "microseconds", "by weights 3x2 and map: Add"] {
        assert!(explained.contains(part), "{part} in {explained}");
    }
    let plan = netform(&["explain", "Ramp[LinearLayer[]]", "--plan"], "");
    assert_eq!(plan.status.code(), Some(1));
    assert!(text(&plan.stderr).contains("this is no net"));
    assert_eq!(status(&["explain", chain], ""), Some(1));
    assert_eq!(status(&["explain", chain, "--input", "3", "--input", "3"], ""), Some(2));
}

#[test]
fn a_syntax_error_in_a_long_line_is_told_with_its_place() {
    let script = format!("a = 1;\nb = 2;\n{}]{}c\nlast\n", "aa+".repeat(90), "bb+".repeat(90));
    let output = netform(&["run", "-"], &script);
    let report = text(&output.stderr);
    assert!(report.contains("standard input:3:271 "), "{report}");
    assert!(report.lines().any(|line| line.trim_start().starts_with("3 │ …aa+")), "{report}");
}

#[test]
fn a_name_without_definitions_is_answered_with_those_that_may_be_meant() {
    let output = netform(&["eval", "?LinearLayr"], "");
    assert_eq!(text(&output.stdout), "LinearLayr is a symbol without definitions. Did you mean LinearLayer?\n");
}

#[test]
fn timing_is_that_of_the_processor() {
    let timed = |call: &str| {
        let output = netform(&["eval", &format!("First[{call}[Pause[0.4]]]")], "");
        text(&output.stdout).trim().parse::<f64>().expect("a number")
    };
    assert!(timed("AbsoluteTiming") >= 0.4);
    assert!(timed("Timing") < 0.2);
}

#[test]
fn values_are_printed_by_the_formats_of_the_user() {
    let script = "Format[q[x_]] := {x, 1}; {q[a], InputForm[q[b]]}\n";
    let printed = |arguments: &[&str], input: &str| {
        let output = netform(arguments, input);
        text(&output.stdout).to_owned()
    };
    assert_eq!(printed(&["eval", script], ""), "{{a, 1}, q[b]}\n");
    assert_eq!(printed(&["eval", script, "--form", "InputForm"], ""), "{q[a], InputForm[q[b]]}\n");
    assert_eq!(printed(&["eval", "Format[q[x_]] := {x, 1}; q[a]", "--form", "TeXForm"], ""), "\\{a,1\\}\n");
    assert!(printed(&["run", "-"], script).contains("Out[1]= {{a, 1}, q[b]}"));
    let request = json!({"id": 1, "setup": ["Format[q[x_]] := {x, 1}"], "input": "q[a]"});
    let answer = &answers(&[], &[request.to_string()])[0];
    assert_eq!((&answer["out"], &answer["input_form"]), (&json!("{a, 1}"), &json!("q[a]")));
    // A format without an end is left out, with a message.
    let output = netform(&["eval", "Format[q[x_]] := {q[x + 1]}; q[a]"], "");
    assert_eq!(text(&output.stdout), "q[a]\n");
    assert!(text(&output.stderr).contains("reclim"), "{}", text(&output.stderr));
}

#[test]
fn equations_of_a_net_are_printed_if_anybody_could_read_them() {
    let equations = |arguments: &[&str]| netform(&[&["equations"], arguments].concat(), "");
    let short = equations(&["NetChain[{3, Tanh}, \"Input\" -> 2]"]);
    assert_eq!(text(&short.stdout), "y_1 == b_1 + W_1 . x\ny_2 == Tanh[y_1]\n");
    assert_eq!(text(&short.stderr), "layers: 2; elements of arrays: 9; equations: 2\n");
    let one = equations(&["NetChain[{3, Tanh}, \"Input\" -> 2]", "--option", "\"Intermediate\" -> False"]);
    assert_eq!(text(&one.stdout), "y_2 == Tanh[b_1 + W_1 . x]\n");
    let tex = equations(&["LinearLayer[2, \"Input\" -> 3]", "--form", "tex"]);
    assert!(text(&tex.stdout).contains("\\mathbf{y} &= \\mathbf{W} \\mathbf{x}+\\mathbf{b}"));
    let elements = equations(&["LinearLayer[1, \"Input\" -> 2]", "--component", "--form", "latex"]);
    assert!(
        text(&elements.stdout).contains("y_{1} &= b_{1}+W_{1,1} x_{1}+W_{1,2} x_{2}"),
        "{}",
        text(&elements.stdout)
    );
    let document = equations(&["LinearLayer[2, \"Input\" -> 3]", "--to", "TeX"]);
    assert!(text(&document.stdout).starts_with("\\documentclass"), "{}", text(&document.stdout));
    let long = equations(&["NetChain[Table[Tanh, 600], \"Input\" -> 2]"]);
    assert!(text(&long.stdout).is_empty() && text(&long.stderr).contains("NetTake"));
    assert_eq!(long.status.code(), Some(1));
    let wide = "NetChain[{20, Tanh, 20, Tanh, 20}, \"Input\" -> 20]";
    for form in ["text", "latex", "markdown"] {
        let refused = equations(&[wide, "--component", "--form", form]);
        assert!(refused.status.code() == Some(1) && text(&refused.stdout).is_empty(), "{form}");
        assert!(text(&refused.stderr).contains("leaves, which nobody reads"), "{form}: {}", text(&refused.stderr));
    }
    assert_eq!(status(&["equations", "Sin[x]"], ""), Some(1));
    assert_eq!(status(&["equations", ""], ""), Some(2));
}

#[test]
fn the_exit_status_says_how_it_ended() {
    assert_eq!(status(&["eval", "1 + 1"], ""), Some(0));
    assert_eq!(status(&["eval", "Length[1, 2]"], ""), Some(0));
    assert_eq!(status(&["eval", "1 +"], ""), Some(1));
    assert_eq!(status(&["eval", "$Failed"], ""), Some(1));
    assert_eq!(status(&["eval", "Abort[]"], ""), Some(1));
    assert_eq!(status(&["eval"], ""), Some(2));
    assert_eq!(status(&["eval", "1", "--form", "NoForm"], ""), Some(2));
    assert_eq!(status(&["run", "no such file.wl"], ""), Some(2));
    assert_eq!(status(&["eval", "1", "--time-limit", "-1"], ""), Some(2));
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    assert_eq!(status(&["eval", "While[True]", "--time-limit", "0.2"], ""), Some(1));
}

#[test]
fn the_standard_input_is_a_script() {
    let output = netform(&[], "a = 2;\na + 3\nNull\n{a,\n a}\n");
    assert_eq!(text(&output.stdout), "5\n{2, 2}\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_question_is_answered_wherever_it_is_asked() {
    let script = netform(&[], "?Sqrt\na = 2;\n?a\na + 3\n");
    assert_eq!(text(&script.stdout), "Sqrt[x] is the square root of x: x^(1/2).\na = 2\n5\n");
    let expression = netform(&["eval", "?Sqrt"], "");
    assert_eq!(text(&expression.stdout), "Sqrt[x] is the square root of x: x^(1/2).\n");
    let file = netform(&["run", "-"], "?Sqrt\n1 + 1\n");
    assert_eq!(
        text(&file.stdout),
        "In[1]:= ?Sqrt\nSqrt[x] is the square root of x: x^(1/2).\n\nIn[2]:= 1 + 1\nOut[2]= 2\n\n"
    );
}

#[test]
fn limits_hold_in_a_sandbox_that_has_no_clock() {
    let sandboxed = |input: &str| text(&netform(&["eval", "--sandbox", input], "").stdout).to_owned();
    assert_eq!(sandboxed("TimeConstrained[While[True], 0.2, late]"), "late\n");
    for large in ["Range[10^6]; 1", "Nest[f, x, 10^5]", "Table[i^2 + y, {i, 10^5}]", "50000!; done"] {
        assert_eq!(sandboxed(&format!("MemoryConstrained[{large}, 10^4, short]")), "short\n", "{large}");
    }
    assert_eq!(sandboxed("MemoryConstrained[Range[10^6]; done, 10^5]"), "$Aborted\n");
    assert_eq!(
        sandboxed("{Head[AbsoluteTime[]], SessionTime[], First[AbsoluteTiming[Range[10^6]]]}"),
        "{AbsoluteTime, 0., 0.}\n"
    );
    assert_eq!(sandboxed("Import[\"/etc/passwd\", \"Text\"]; Get[\"/etc/passwd\"]"), "$Failed\n");
}

#[test]
fn a_script_shows_inputs_and_values() {
    let output = netform(&["run", "-"], "(* first *)\na = 2;\na + 3\n");
    assert_eq!(text(&output.stdout), "(* first *)\nIn[1]:= a = 2;\n\nIn[2]:= a + 3\nOut[2]= 5\n\n");
    let quiet = netform(&["run", "-", "--quiet"], "a = 2\nPrint[a + 3]\n");
    assert_eq!(text(&quiet.stdout), "5\n");
}

#[test]
fn a_syntax_error_is_underlined_without_colour() {
    let output = netform(&["eval", "f[1, 2"], "");
    let errors = text(&output.stderr);
    assert!(errors.contains("f[1, 2"), "{errors}");
    assert!(!errors.contains('\x1b'), "{errors}");
    assert_eq!(output.stdout, b"");
}

#[test]
fn rubbish_is_refused() {
    assert_eq!(status(&[], "\u{0}\u{1}\u{fffd}][)(\u{7f}"), Some(1));
    let mut child = Command::new(env!("CARGO_BIN_EXE_netform"))
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("a pipe").write_all(&[0xff, 0xfe, 0x80]).expect("the command reads");
    assert_eq!(child.wait().expect("the command ends").code(), Some(1));
}

#[test]
fn requests_are_answered_one_by_one() {
    let requests = [
        json!({"id": 1, "input": "1 + 1"}).to_string(),
        json!({"id": "two", "setup": ["x = 2", "Print[x]"], "input": "Print[\"hello\"]; x + y"}).to_string(),
        json!({"id": 3, "input": "x"}).to_string(),
        json!({"id": 4, "input": "Null"}).to_string(),
        json!({"id": 5, "input": "f["}).to_string(),
        json!({"id": 6, "input": "Length[1, 2]"}).to_string(),
        json!({"id": 7}).to_string(),
        "no JSON".to_owned(),
    ];
    let answers = answers(&[], &requests);
    assert_eq!(answers.len(), requests.len());
    assert_eq!(answers[0]["out"], "2");
    assert_eq!(answers[0]["messages"], json!([]));
    assert!(answers[0]["seconds"].is_f64());
    assert_eq!(answers[1]["id"], "two");
    assert_eq!(answers[1]["input_form"], "2 + y");
    assert_eq!(answers[1]["printed"], "hello\n");
    assert_eq!(answers[2]["out"], "x");
    assert_eq!(answers[3]["out"], "Null");
    assert_eq!(answers[4]["out"], "$Failed");
    assert!(
        answers[4]["messages"][0].as_str().is_some_and(|message| message.starts_with("Syntax::")),
        "{}",
        answers[4]
    );
    assert!(
        answers[5]["messages"][0].as_str().is_some_and(|message| message.starts_with("Length::")),
        "{}",
        answers[5]
    );
    assert_eq!(answers[6]["id"], 7);
    assert!(answers[6]["error"].is_string());
    assert!(answers[7]["error"].is_string());
}

#[test]
fn a_request_that_takes_too_long_does_not_stop_the_next() {
    let requests = [json!({"id": 1, "input": "While[True]"}).to_string(), json!({"id": 2, "input": "3"}).to_string()];
    let answers = answers(&["--time-limit", "0.2"], &requests);
    assert!(answers[0]["error"].as_str().is_some_and(|error| error.contains("time limit")), "{}", answers[0]);
    assert_eq!(answers[1]["out"], "3");
}

#[test]
fn a_session_costs_little() {
    let start = std::time::Instant::now();
    let requests: Vec<String> = (0..10_000).map(|id| json!({"id": id, "input": "1 + 1"}).to_string()).collect();
    assert_eq!(answers(&[], &requests).len(), requests.len());
    assert!(start.elapsed().as_secs_f64() < 5.0, "{:?}", start.elapsed());
}

#[test]
fn completions_are_written() {
    let output = netform(&["completions", "bash"], "");
    assert!(text(&output.stdout).contains("_netform"));
}

/// Every example runs to its end, and all but the tour, which shows a message, without a failure.
#[test]
fn examples_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let files = std::fs::read_dir(&folder).expect("the folder of examples").map(|entry| entry.expect("a file").path());
    let mut count = 0;
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "wl")) {
        let path = file.to_str().expect("a name in Unicode");
        let output = netform(&["run", path], "");
        let shown = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let is_tour = path.ends_with("symbolic_layers.wl");
        assert!(output.status.success(), "{path}: {shown}");
        assert_eq!(shown.contains("$Failed") || shown.contains("::"), is_tour, "{path}: {shown}");
        count += 1;
    }
    assert!(count > 1, "no examples in {}", folder.display());
}

#[test]
fn a_net_is_compared_with_recorded_data() {
    let folder = std::env::temp_dir().join(format!("netform-recorded-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("tensors")).expect("a folder");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let write = |name: &str, value: &str| {
        let input = format!("Export[\"{}\", {value}]", path(name));
        assert_eq!(status(&["eval", &input], ""), Some(0), "{input}");
    };
    let net = "LinearLayer[1, \"Weights\" -> {{1, 2}}, \"Biases\" -> None, \"Input\" -> 2]";
    write("named.npz", "<|\"Input\" -> {1., 2.}, \"Output\" -> {5.}|>");
    write("numbered.safetensors", "<|\"input.0\" -> {3., 4.}, \"output.0\" -> {11.000001}|>");
    write("tensors/input_0.npy", "{1., 1.}");
    write("tensors/output_0.npy", "{3.}");
    let output = netform(&["check", net, "--data", &path("")], "");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    for record in
        ["named.npz: Output: largest error 0", "numbered.safetensors: Output: largest error 1.0e-6", "tensors: Output"]
    {
        assert!(shown.contains(record), "{shown}");
    }
    assert!(shown.ends_with("All results agree.\n"), "{shown}");

    let check = |arguments: &[&str]| {
        let output = netform(&[&["check", net], arguments].concat(), "");
        (output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
    };
    let (code, shown) = check(&["--data", &path("numbered.safetensors"), "--tolerance", "1e-9"]);
    assert!(code == Some(1) && shown.contains("WRONG: largest error"), "{shown}");
    write("wide.npz", "<|\"Input\" -> {1., 2.}, \"Output\" -> {5., 6.}|>");
    let (code, shown) = check(&["--data", &path("wide.npz")]);
    assert!(code == Some(1) && shown.contains("the dimensions are {1} instead of {2}"), "{shown}");
    write("other.npz", "<|\"x\" -> {1., 2.}|>");
    let (code, shown) = check(&["--data", &path("other.npz")]);
    assert!(code == Some(1) && shown.contains("no array for the input Input; its arrays are x"), "{shown}");
    assert!(shown.contains("Nothing was compared.") && !shown.contains("largest error"), "{shown}");
    write(
        "several.npz",
        "<|\"in.0.Input\" -> {1., 2.}, \"out.0.Output\" -> {5.}, \"in.10.Input\" -> {2., 2.}, \"out.10.Output\" -> {7.}|>",
    );
    let (code, shown) = check(&["--data", &path("several.npz")]);
    assert!(code == Some(1) && shown.contains("several.npz 0: Output: largest error 0"), "{shown}");
    assert!(shown.contains("several.npz 10: Output: WRONG: largest error 1.0e0"), "{shown}");
    let (code, shown) = check(&["--data", &path("tensors"), "--tries", "2"]);
    assert!(code == Some(2) && shown.contains("--tries"), "{shown}");
    let (code, shown) = check(&["--data", &path("nothing.npz")]);
    assert!(code == Some(2) && shown.contains("no such file"), "{shown}");
    std::fs::create_dir_all(folder.join("empty")).expect("a folder");
    let (code, shown) = check(&["--data", &path("empty")]);
    assert!(code == Some(2) && shown.contains("no records"), "{shown}");
    let _ = std::fs::remove_dir_all(folder);
}

#[test]
fn nobody_has_to_read_everything() {
    let net = "NetChain[Table[Tanh, 50], \"Input\" -> 2]";
    for command in ["info", "equations", "explain", "check"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_netform"))
            .args([command, net])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the command ends");
        assert!(
            output.status.code().is_some() && !text(&output.stderr).contains("panicked"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn files_are_read_with_options_of_import() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/suite/formats/models/perceptron.onnx");
    let output = netform(&["info", model, "--import", "\"Dimensions\" -> <|\"batch\" -> 3|>"], "");
    assert!(text(&output.stdout).contains("x: {3, 2}"), "{}", text(&output.stdout));
    let output = netform(&["info", model, "--import", "\"Sizes\" -> 1"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Dimensions"), "{}", text(&output.stderr));
    let output = netform(&["info", "Ramp", "--import", "\"Sizes\" -> 1"], "");
    assert_eq!(output.status.code(), Some(2));
    // Open sizes get numbers when results are compared, and definite ones are asked for where code needs them.
    let same = netform(&["diff", model, model], "");
    assert_eq!(text(&same.stdout), "results: the same on random data\nThe nets are the same.\n");
    let code = netform(&["export", model, "--to", "C"], "");
    assert_eq!(code.status.code(), Some(1));
    assert!(text(&code.stderr).contains("--import '\"Dimensions\""), "{}", text(&code.stderr));
}

#[test]
fn a_model_that_is_written_from_a_model_keeps_its_types() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/suite/formats/models/runtime.onnx");
    let file = std::env::temp_dir().join(format!("netform-types-{}.onnx", std::process::id()));
    let file = file.to_string_lossy();
    assert_eq!(status(&["simplify", model, "--output", &file], ""), Some(0));
    let types = |file: &str| {
        let call = format!("KeySort[Map[First, Import[\"{file}\", {{\"ONNX\", \"Inputs\"}}]]]");
        text(&netform(&["eval", &call], "").stdout).to_owned()
    };
    let own = types(model);
    assert!(own.contains("words -> INT32") && own.contains("places -> INT64") && own.contains("x -> FLOAT"), "{own}");
    assert_eq!(types(&file), own);
    std::fs::remove_file(&*file).expect("the file was written");
}

#[test]
fn a_net_is_checked_in_all_ways() {
    let net = "NetChain[{2, Tanh}, \"Input\" -> 2]";
    let output = netform(&["check", net, "--tries", "1"], "");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    for way in ["Symbols", "Exact", "Digits", "Intervals", "DifferenceQuotients"] {
        assert!(shown.lines().any(|line| line.starts_with(way)), "{shown}");
    }
    assert!(shown.ends_with("All results agree.\n"), "{shown}");
    let strict = netform(&["check", net, "--tolerance", "1e-30"], "");
    assert_eq!(strict.status.code(), Some(1));
    assert!(text(&strict.stdout).contains("WRONG"));
    assert_eq!(status(&["check", "DotLayer[]", "--data", "{{1, 2}, {3, 4}}"], ""), Some(0));
    assert_eq!(status(&["check", "x"], ""), Some(2));
    assert_eq!(status(&["check", "LinearLayer[2"], ""), Some(1));
    assert_eq!(status(&["check"], ""), Some(2));
}
