//! Lists that stay right while rows come and go: a page starts after the last row seen, not at a row number.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

use super::error::Failure;
use crate::problem::InputError;

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 200;

/// Which part of a list is asked for: `?limit=` (1 to 200, else 25) and `?after=`, an opaque cursor from the part before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    limit: usize,
    after: Option<String>,
}

impl Paging {
    /// How many rows to fetch: one more than are shown, which tells whether there is a next part.
    pub fn fetch(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX) + 1
    }

    /// The sort key of the last row of the part before.
    ///
    /// # Errors
    /// 422 at `/after` when the cursor is none of this list's.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Failure> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
        let key = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        key.map(Some).ok_or_else(|| Failure::invalid(vec![InputError::new("/after", "cursor_unknown")]))
    }

    /// Cuts `rows` (fetched by [`Paging::fetch`]) to the part asked for; `key` is the sort key of a row.
    pub fn cut<T, K: Serialize>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Slice<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).and_then(|last| serde_json::to_vec(&key(last)).ok());
        Slice { items: rows, next: next.map(|key| URL_SAFE_NO_PAD.encode(key)) }
    }

    fn parse(query: &str) -> Result<Self, Failure> {
        let mut paging = Self { limit: DEFAULT_LIMIT, after: None };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                    paging.limit = limit.ok_or_else(|| {
                        Failure::invalid(vec![InputError::new("/limit", "limit_out_of_range").with("max", MAX_LIMIT)])
                    })?;
                }
                "after" => paging.after = Some(value.into_owned()).filter(|cursor| !cursor.is_empty()),
                _ => {}
            }
        }
        Ok(paging)
    }
}

impl FromRequest for Paging {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(req.query_string()))
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// The rows of this part.
    pub items: Vec<T>,
    /// The cursor of the next part, when there is one.
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// The same part with every row as `view` shows it.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(view).collect(), next: self.next }
    }

    /// Path and query of the next part: the present one's with another `after`, so that filters stay.
    pub fn next_href(&self, req: &HttpRequest) -> Option<String> {
        let next = self.next.as_ref()?;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let kept = url::form_urlencoded::parse(req.query_string().as_bytes()).filter(|(name, _)| name != "after");
        query.extend_pairs(kept).append_pair("after", next);
        Some(format!("{}?{}", req.path(), query.finish()))
    }
}

impl<T: Serialize> Slice<T> {
    /// The API's answer: `{"items": […]}` with `Link: <…>; rel="next"` when there is more.
    pub fn answer(&self, req: &HttpRequest) -> HttpResponse {
        #[derive(Serialize)]
        struct List<'a, T> {
            items: &'a [T],
        }
        let mut answer = HttpResponse::Ok();
        if let Some(href) = self.next_href(req) {
            answer.insert_header((header::LINK, format!("<{href}>; rel=\"next\"")));
        }
        answer.json(List { items: &self.items })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::ResponseError;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    #[test]
    fn a_list_without_wishes_starts_at_the_top_with_twenty_five_rows() {
        let paging = Paging::parse("status=open").unwrap();
        assert_eq!((paging.fetch(), paging.after::<u32>().unwrap()), (26, None));
    }

    #[test]
    fn a_limit_out_of_range_is_named() {
        for query in ["limit=0", "limit=201", "limit=-1", "limit=many", "limit="] {
            assert_eq!(Paging::parse(query).unwrap_err().status_code(), 422, "{query}");
        }
    }

    #[test]
    fn a_foreign_cursor_is_named_and_not_obeyed() {
        for query in ["after=!", "after=bm90IGpzb24", "after=InRleHQi"] {
            assert_eq!(Paging::parse(query).unwrap().after::<u32>().unwrap_err().status_code(), 422, "{query}");
        }
    }

    #[test]
    fn the_next_part_keeps_the_filters() {
        let req = TestRequest::with_uri("/queue?state=due%26x&after=MQ&limit=1").to_http_request();
        let slice = Paging::parse(req.query_string()).unwrap().cut(vec![7, 8], |row| *row);
        assert_eq!(slice.next_href(&req).unwrap(), "/queue?state=due%26x&limit=1&after=Nw");
        assert_eq!(
            slice.answer(&req).headers().get("link").unwrap(),
            r#"</queue?state=due%26x&limit=1&after=Nw>; rel="next""#
        );
    }

    proptest! {
        #[test]
        fn walking_the_parts_shows_every_row_once(total in 0_u32..60, limit in 1_usize..10) {
            let (mut seen, mut after) = (Vec::new(), None);
            for _ in 0..=total {
                let paging = Paging { limit, after: after.clone() };
                let start = paging.after::<u32>().unwrap().map_or(0, |last| last + 1);
                let rows = (start..total).take(usize::try_from(paging.fetch()).unwrap()).collect();
                let slice = paging.cut(rows, |row| *row);
                seen.extend(slice.items);
                after = slice.next;
                if after.is_none() { break; }
            }
            prop_assert_eq!(seen, (0..total).collect::<Vec<_>>());
        }
    }
}
