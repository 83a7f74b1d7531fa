use crate::*;
#[test]
fn timing() {
    let t = std::time::Instant::now();
    let unit = "f[x_, y_] := Module[{a = 1.5, b}, b = a^2 + Sin[x]*y - 3 x/y; If[a > b, a, b]];\n";
    let source = unit.repeat(10_000_000 / unit.len());
    let n = Lexer::new(&source).count();
    println!("lex {n} {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let p = parse_program(&source, &mut DefaultNames::default());
    println!("parse {} {:?}", p.expressions.len(), t.elapsed());
    let source: String = (0..400_000).map(|i| format!("v{i}[{i}] + {}.5*w{i};\n", i)).collect();
    let t = std::time::Instant::now();
    let p = parse_program(&source, &mut DefaultNames::default());
    println!("parse distinct {} MB {} {:?}", source.len() >> 20, p.expressions.len(), t.elapsed());
    let t = std::time::Instant::now();
    drop(p);
    println!("drop {:?}", t.elapsed());
    let f = netform_expr::Expr::symbol("Global`f");
    let t = std::time::Instant::now();
    let e = (0..1_000_000).fold(netform_expr::Expr::symbol("Global`x"), |e, _| netform_expr::Expr::normal(f.clone(), [e]));
    println!("deep build {:?}", t.elapsed());
    let t = std::time::Instant::now();
    let forms = DefaultForms::default();
    input_form(&e, &forms);
    println!("deep input {:?}", t.elapsed());
    let t = std::time::Instant::now();
    output_form(&e, &forms);
    println!("deep output {:?}", t.elapsed());
    let t = std::time::Instant::now();
    drop(e);
    println!("deep drop {:?}", t.elapsed());
}
