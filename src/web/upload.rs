//! A form that may bring a file.

use crate::problem::Kind;
use actix_multipart::Multipart;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::TryStreamExt;
use futures_util::future::LocalBoxFuture;

use super::error::Failure;
use super::form::FormFields;

/// Most bytes of one field, and most of the file.
const LIMIT: usize = 2 * 1024 * 1024;
/// Most fields of a form.
const MOST_FIELDS: usize = 1000;

/// A submitted form: its fields, and the file of the one field that may bring one, if it is not empty.
///
/// # Errors
/// As an extractor: 413 when the file or a field is too large, otherwise as [`FormFields`].
#[derive(Clone, Debug, Default)]
pub struct FormWithFile {
    /// The fields.
    pub fields: FormFields,
    /// What the file holds.
    pub file: Option<Vec<u8>>,
}

impl FromRequest for FormWithFile {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if req.content_type() != "multipart/form-data" {
            let fields = FormFields::from_request(req, payload);
            return Box::pin(async move { Ok(Self { fields: fields.await?, file: None }) });
        }
        let form = Multipart::from_request(req, payload);
        Box::pin(async move { read(form.await.map_err(unreadable)?).await })
    }
}

async fn read(mut form: Multipart) -> Result<FormWithFile, Failure> {
    let (mut pairs, mut file) = (Vec::new(), None);
    while let Some(mut field) = form.try_next().await.map_err(unreadable)? {
        let name = field.name().unwrap_or_default().to_owned();
        let is_file = field.content_disposition().is_some_and(|sent| sent.get_filename().is_some());
        let bytes = field.bytes(LIMIT).await.map_err(|_| Failure::new(Kind::TooLarge))?.map_err(unreadable)?;
        if is_file {
            file = file.or(Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty()));
        } else if pairs.len() < MOST_FIELDS {
            pairs.push((name, String::from_utf8(bytes.to_vec()).map_err(unreadable)?));
        } else {
            return Err(Failure::new(Kind::TooLarge));
        }
    }
    Ok(FormWithFile { fields: FormFields::sent(pairs)?, file })
}

fn unreadable(error: impl std::fmt::Display) -> Failure {
    Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!("{error}"))
}
