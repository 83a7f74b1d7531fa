//! Arithmetic operators between expressions and Rust values: they build calls and evaluate nothing.

use std::ops::{Add, Div, Mul, Neg, Sub};

use netform_expr::Sym;

use crate::Expr;

fn sum(left: Expr, right: Expr) -> Expr {
    Expr::of_call(Sym::Plus, [left, right])
}

fn difference(left: Expr, right: Expr) -> Expr {
    sum(left, -right)
}

fn product(left: Expr, right: Expr) -> Expr {
    Expr::of_call(Sym::Times, [left, right])
}

fn quotient(left: Expr, right: Expr) -> Expr {
    product(left, right.pow(-1))
}

macro_rules! operators {
    ($($trait:ident $method:ident $function:ident $doc:literal;)*) => {
        $(
            #[doc = $doc]
            impl<T: Into<Expr>> $trait<T> for Expr {
                type Output = Expr;

                fn $method(self, other: T) -> Expr {
                    $function(self, other.into())
                }
            }

            #[doc = $doc]
            impl<T: Into<Expr>> $trait<T> for &Expr {
                type Output = Expr;

                fn $method(self, other: T) -> Expr {
                    $function(self.clone(), other.into())
                }
            }

            operators! { @numbers $trait $method $function $doc; i32 i64 f64 }
        )*
    };
    (@numbers $trait:ident $method:ident $function:ident $doc:literal; $($number:ty)*) => {
        $(
            #[doc = $doc]
            impl $trait<Expr> for $number {
                type Output = Expr;

                fn $method(self, other: Expr) -> Expr {
                    $function(self.into(), other)
                }
            }

            #[doc = $doc]
            impl $trait<&Expr> for $number {
                type Output = Expr;

                fn $method(self, other: &Expr) -> Expr {
                    $function(self.into(), other.clone())
                }
            }
        )*
    };
}

operators! {
    Add add sum "The unevaluated call `Plus[self, other]`.";
    Sub sub difference "The unevaluated call `Plus[self, Times[-1, other]]`.";
    Mul mul product "The unevaluated call `Times[self, other]`.";
    Div div quotient "The unevaluated call `Times[self, Power[other, -1]]`.";
}

/// The unevaluated call `Times[-1, self]`.
impl Neg for Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        product(Expr::from(-1), self)
    }
}

/// The unevaluated call `Times[-1, self]`.
impl Neg for &Expr {
    type Output = Expr;

    fn neg(self) -> Expr {
        -self.clone()
    }
}
