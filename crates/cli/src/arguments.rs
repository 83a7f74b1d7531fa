//! The command line: subcommands and options.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Neural networks that are symbolic expressions.
///
/// Without a command it starts a session on the terminal; when the standard input is a pipe or a file, it is run as a script.
#[derive(Debug, Parser)]
#[command(name = "netform", version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) limits: Limits,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a file and show each input with its value.
    Run {
        /// The file; `-` is the standard input.
        file: PathBuf,
        /// Show only what the file prints, and messages.
        #[arg(long, short)]
        quiet: bool,
        #[command(flatten)]
        limits: Limits,
    },
    /// Evaluate an expression, or with --json a stream of requests on the standard input.
    #[command(after_long_help = JSON_HELP)]
    Eval {
        /// The expression, or several separated by new lines.
        #[arg(required_unless_present = "json", conflicts_with = "json", allow_hyphen_values = true)]
        expression: Option<String>,
        /// The form in which the value is printed.
        #[arg(long, value_enum, default_value_t = Form::OutputForm, conflicts_with = "json")]
        form: Form,
        /// Read requests as lines of JSON and write one line of JSON for each.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        limits: Limits,
    },
    /// Print the defining equations of a net.
    ///
    /// How many layers, parameters and equations there are goes to the standard error first. Equations that nobody
    /// could read are refused, with advice.
    Equations {
        #[command(flatten)]
        options: EquationsOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Compute a net in all ways on random data and compare the results, or compare them with recorded ones; the exit status is 0
    /// if all agree.
    Check {
        #[command(flatten)]
        options: CheckOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Show how a net is computed on machine numbers: its program before and after the passes, and the steps of its plan with
    /// operations, weights and bytes moved.
    Explain {
        #[command(flatten)]
        options: ExplainOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Write a net as code or as a file of another system: `netform export net.wl --output net.onnx`. With --weights the arrays of
    /// a file come into it first: `netform export net.wl --weights net.safetensors --output net.nf`.
    Export {
        #[command(flatten)]
        options: ExportOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Show what a net is: its file and the operators there, ports, layers and arrays.
    Info {
        #[command(flatten)]
        options: InfoOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Write a smaller net with the same results: `netform simplify net.onnx --output small.onnx`.
    Simplify {
        #[command(flatten)]
        options: SimplifyOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Show what differs between two nets: ports, layers, arrays, and results on random data; the exit status is 0 if they
    /// are the same.
    Diff {
        #[command(flatten)]
        options: DiffOptions,
        #[command(flatten)]
        limits: Limits,
    },
    /// Print the completion script for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// Which equations of a net are printed, and how.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct EquationsOptions {
    /// A file whose last value is a net, or an expression that is one.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The form in which the equations are printed.
    #[arg(long, value_enum, default_value_t = Form::OutputForm)]
    pub(crate) form: Form,
    /// Another system for which they are written as a script: SymPy, Maxima, Julia or CasADi.
    #[arg(long, value_name = "SYSTEM", conflicts_with_all = ["form", "component"])]
    pub(crate) to: Option<String>,
    /// The layer whose equations are wanted, such as `hidden`, or `block/hidden` in a net inside of the net.
    #[arg(long, value_name = "NAME")]
    pub(crate) layer: Option<String>,
    /// An option of NetEquations, or of the system, such as '"Intermediate" -> False'; may be repeated.
    #[arg(long = "option", value_name = "NAME -> VALUE", value_parser = rule)]
    pub(crate) options: Vec<String>,
    /// An equation for each element, instead of equations of arrays.
    #[arg(long)]
    pub(crate) component: bool,
    /// Print them however many there are, and scripts however long they are.
    #[arg(long)]
    pub(crate) all: bool,
}

/// What is checked of a net.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct CheckOptions {
    /// The net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// Data instead of random data: an expression, or a path of recorded inputs and outputs, with which the results are
    /// compared. That is a file .npz or .safetensors with arrays named as the ports, or input.0, output.0 and so on; a folder
    /// with input_0.pb, output_0.pb (or .npy) as they stand beside models of ONNX; or a folder of several of these.
    #[arg(long, value_name = "EXPRESSION|PATH")]
    pub(crate) data: Option<String>,
    /// How many random data are tried, 3 if nothing is said.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(crate) tries: Option<u64>,
    /// The seed of the random data, and of arrays without values.
    #[arg(long, default_value_t = 1234, allow_hyphen_values = true)]
    pub(crate) seed: i64,
    /// How large differences may be, relative to the results; by default as fits each way, and 10^-5 for recorded data.
    #[arg(long, value_parser = positive_number)]
    pub(crate) tolerance: Option<f64>,
    /// The most elements of arrays and ports for ways that make expressions, 2000 if nothing is said.
    #[arg(long)]
    pub(crate) symbolic_limit: Option<u64>,
}

/// What is explained of a net.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ExplainOptions {
    /// The net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The sizes of an input, such as '{3, 28, 28}'; may be repeated, for several inputs in the order of the net.
    #[arg(long = "input", value_name = "SIZES")]
    pub(crate) inputs: Vec<String>,
    /// Run the net and show how long each step takes, in the median of many runs.
    #[arg(long)]
    pub(crate) time: bool,
    /// Show the plan only, without programs.
    #[arg(long)]
    pub(crate) plan: bool,
}

/// What is shown of a net.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct InfoOptions {
    /// The net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// Show a table of the layers too.
    #[arg(long)]
    pub(crate) layers: bool,
}

/// Which net is made smaller, and where it is written.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct SimplifyOptions {
    /// The net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The file; the net is printed if there is none.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// An option of NetSimplify, such as '"Threshold" -> 0.001'; may be repeated.
    #[arg(long = "option", value_name = "NAME -> VALUE", value_parser = rule)]
    pub(crate) options: Vec<String>,
}

/// Which nets are compared.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DiffOptions {
    /// The first net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) first: String,
    /// The second net.
    pub(crate) second: String,
    /// An option of Import for the files of both nets, such as '"Dimensions" -> <|"batch" -> 1|>'; may be repeated.
    #[arg(long = "import", value_name = "NAME -> VALUE", value_parser = rule)]
    pub(crate) import: Vec<String>,
    /// The seed of the random data.
    #[arg(long, default_value_t = 1234, allow_hyphen_values = true)]
    pub(crate) seed: i64,
}

/// What is written of a net, and where to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ExportOptions {
    /// The net: an expression in the language, or a file with one or in another format that can be imported.
    pub(crate) net: String,
    #[command(flatten)]
    pub(crate) source: Source,
    /// The format, such as ONNX, C, JAX, SymPy, SMT or LP; otherwise the one that the name of the file says.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<String>,
    /// The file; text goes to the standard output if there is none.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Also writes the declarations of a file of C beside it: net.h for net.c.
    #[arg(long, requires = "output")]
    pub(crate) header: bool,
    /// An option of the format, such as '"Precision" -> "Real32"'; may be repeated.
    #[arg(long = "option", value_name = "NAME -> VALUE", value_parser = rule)]
    pub(crate) options: Vec<String>,
}

/// How the file of a net is read, and where its arrays come from if it is described without them.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Source {
    /// An option of Import for the file of the net, such as '"Dimensions" -> <|"batch" -> 1|>'; may be repeated.
    #[arg(long = "import", value_name = "NAME -> VALUE", value_parser = rule)]
    pub(crate) import: Vec<String>,
    /// A file with the arrays of the net: .safetensors, .npz, .npy, .pt or .pth. They are found by their paths in the net, such as
    /// `1.Weights`, or by PyTorch's names.
    #[arg(long, value_name = "FILE")]
    pub(crate) weights: Option<PathBuf>,
    /// The names of arrays in the file, such as '<|{1, "Weights"} -> "fc.weight"|>'.
    #[arg(long, value_name = "NAMES", requires = "weights")]
    pub(crate) names: Option<String>,
}

/// What an evaluation may do, and for how long.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Limits {
    /// Let no function touch files, the clock, or processes.
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Seconds after which an evaluation is aborted; with --json they count for each request with its setup.
    #[arg(long, value_name = "SECONDS", value_parser = positive_number)]
    pub(crate) time_limit: Option<f64>,
    /// Threads for large numeric work, such as nets on batches; NETFORM_THREADS if it is not given, otherwise 1. Results are
    /// the same for any number.
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

impl Limits {
    /// What is said behind a command, and else what is said before it.
    pub(crate) fn or(self, before: Limits) -> Limits {
        Limits {
            sandbox: self.sandbox || before.sandbox,
            time_limit: self.time_limit.or(before.time_limit),
            threads: self.threads.or(before.threads),
        }
    }

    /// Whether no limit is set.
    pub(crate) fn is_empty(&self) -> bool {
        !self.sandbox && self.time_limit.is_none() && self.threads.is_none()
    }

    /// The number of threads.
    pub(crate) fn thread_count(&self) -> usize {
        /// What the environment asks for; what is no number is told once, and counts as 1.
        static OF_ENVIRONMENT: LazyLock<usize> = LazyLock::new(|| {
            let Ok(text) = std::env::var("NETFORM_THREADS") else { return 1 };
            text.trim().parse().unwrap_or_else(|_| {
                eprintln!("netform: NETFORM_THREADS is `{text}`, which is no number of threads; one is used");
                1
            })
        });
        self.threads.unwrap_or_else(|| *OF_ENVIRONMENT)
    }

    /// The time limit, if there is one.
    pub(crate) fn duration(&self) -> Option<Duration> {
        self.time_limit.map(Duration::from_secs_f64)
    }
}

/// A printed form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(clippy::enum_variant_names)] // the names of the forms in the language
pub(crate) enum Form {
    /// As it is typed: it reads back as the same expression.
    #[value(name = "InputForm", alias = "inputform")]
    InputForm,
    /// As it is stored: heads and arguments.
    #[value(name = "FullForm")]
    FullForm,
    /// As it is read: the default.
    #[value(name = "OutputForm", alias = "text")]
    OutputForm,
    /// As it is typeset.
    #[value(name = "TeXForm", aliases = ["latex", "tex"])]
    TeXForm,
    /// For web pages.
    #[value(name = "MathMLForm", alias = "mathml")]
    MathMLForm,
    /// Markdown with TeX.
    #[value(name = "MarkdownForm", alias = "markdown")]
    MarkdownForm,
}

const JSON_HELP: &str = r#"With --json each line of the standard input is a request
    {"id": 1, "setup": ["x = 2"], "input": "x + y"}
and each gives at once one line
    {"id": 1, "out": "2 + y", "input_form": "2 + y", "messages": [], "printed": "", "seconds": 0.0001}
or {"id": 1, "error": "..."}. Every request has a session of its own; `setup` may be missing.

Exit status: 0 done (messages do not change it), 1 a syntax error, $Failed, $Aborted or an
evaluation that a limit ended, 2 wrong usage."#;

fn positive_number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1e9 => Ok(number),
        _ => Err("a positive number is expected".to_owned()),
    }
}

/// A text that says a name and a value.
fn rule(text: &str) -> Result<String, String> {
    if text.contains("->") || text.contains(":>") {
        return Ok(text.to_owned());
    }
    Err("a rule such as '\"Name\" -> value' is expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
