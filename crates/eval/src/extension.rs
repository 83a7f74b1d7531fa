//! State that crates above the evaluator keep in a session: one value for each type.

use std::any::{Any, TypeId};

use rustc_hash::FxHashMap;

use crate::Session;

/// Values by type.
#[derive(Default)]
pub(crate) struct Extensions(FxHashMap<TypeId, Box<dyn Any + Send>>);

impl Session {
    /// The session's value of type `T`, made by `Default` when first asked for.
    pub fn extension<T: Any + Send + Default>(&mut self) -> &mut T {
        let slot = self.extensions.0.entry(TypeId::of::<T>()).or_insert_with(|| Box::<T>::default());
        match slot.downcast_mut() {
            Some(value) => value,
            None => unreachable!("values are stored under their own type"),
        }
    }
}
