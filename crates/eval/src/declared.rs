//! Symbols that assumptions declare to be arrays: `Element[x, Vectors[n]]`.
//!
//! Where such assumptions hold, an expression is evaluated with array symbols in the places of the
//! symbols, and the symbols are put back into what comes out.

use netform_expr::{Expr, NodeMap, Sym, map_bottom_up};

/// Declared symbols and the array symbols that stand for them.
#[derive(Debug)]
pub struct Declared {
    pairs: Vec<(Expr, Expr)>,
}

impl Declared {
    /// What assumptions, a conjunction or a list of statements, declare.
    pub fn by(assumptions: &Expr) -> Declared {
        let mut pairs = Vec::new();
        let mut waiting = vec![assumptions.clone()];
        while let Some(statement) = waiting.pop() {
            match (statement.head_sym(), statement.args().as_ref()) {
                (Some(Sym::And | Sym::List), parts) => waiting.extend(parts.iter().cloned()),
                (Some(Sym::Element), [members, domain]) => {
                    let members = match members.head_sym() {
                        Some(Sym::Alternatives | Sym::List) => members.args().into_owned(),
                        _ => vec![members.clone()],
                    };
                    for member in members.into_iter().filter(Expr::is_symbol) {
                        pairs.extend(array_symbol(&member, domain).map(|array| (member, array)));
                    }
                }
                _ => {}
            }
        }
        Declared { pairs }
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// An expression with the array symbols for the symbols.
    pub fn with_arrays(&self, e: &Expr) -> Expr {
        let arrays: NodeMap<Expr> = self.pairs.iter().cloned().collect();
        map_bottom_up(e, |node| arrays.get(&node).cloned().unwrap_or(node))
    }

    /// An expression with the symbols again.
    pub fn with_symbols(&self, e: &Expr) -> Expr {
        let symbols: NodeMap<Expr> = self.pairs.iter().map(|(symbol, array)| (array.clone(), symbol.clone())).collect();
        map_bottom_up(e, |node| symbols.get(&node).cloned().unwrap_or(node))
    }
}

/// The array symbol for a symbol that is an element of `Vectors[n, dom]`, `Matrices[{r, c}, dom]` or
/// `Arrays[{n, ...}, dom]`. Its name is the symbol's, as text: so nothing in it is evaluated.
fn array_symbol(symbol: &Expr, domain: &Expr) -> Option<Expr> {
    let args = domain.args();
    let head = match domain.head_sym()? {
        Sym::Vectors => Sym::VectorSymbol,
        Sym::Matrices => Sym::MatrixSymbol,
        Sym::Arrays => Sym::ArraySymbol,
        _ => return None,
    };
    if args.is_empty() {
        return None;
    }
    let name = Expr::string(symbol.as_symbol()?.full_name());
    Some(Expr::call(head, [name].into_iter().chain(args.iter().take(3).cloned())))
}
