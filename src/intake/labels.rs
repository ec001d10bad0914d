//! Names that a partner gives to the users it means: for people to read beside the object ids, never matched.

use crate::db::Tx;
use crate::identity::{TenantId, people};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most characters of a name that are kept.
const MAX_CHARS: usize = 200;

/// Names by object id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(BTreeMap<Uuid, String>);

impl Labels {
    /// The name given to `id`.
    pub fn get(&self, id: Uuid) -> Option<&str> {
        self.0.get(&id).map(String::as_str)
    }

    /// The names of those of `ids` who have signed in to `tenant`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of_people(tx: &mut Tx, tenant: TenantId, ids: &[Uuid]) -> Result<Self, sqlx::Error> {
        let mut known = Self::default();
        for one in people::named(tx, tenant, ids).await? {
            known.name(one.object_id.0, &one.name);
        }
        Ok(known)
    }

    /// Names `id`, in one line; a blank name says nothing and is not kept.
    pub fn name(&mut self, id: Uuid, name: &str) {
        let line = name.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
        let name: String = line.collect::<Vec<_>>().join(" ").chars().take(MAX_CHARS).collect();
        if !name.is_empty() {
            self.0.insert(id, name);
        }
    }

    /// These, and those of `more` in place of an older name.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The names of `ids` alone.
    #[must_use]
    pub fn only(&self, ids: &BTreeSet<Uuid>) -> Self {
        Self(self.0.iter().filter(|(id, _)| ids.contains(id)).map(|(id, name)| (*id, name.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_and_never_blank() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut labels = Labels::default();
        labels.name(one, " 佐藤\u{3000}花子\n(sato) ");
        labels.name(other, " \t ");
        assert_eq!(labels.get(one), Some("佐藤 花子 (sato)"));
        assert_eq!(labels.get(other), None);
    }
}
