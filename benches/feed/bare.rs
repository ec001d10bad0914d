//! The base: handlers of the same server library that do nothing but answer.

use crate::WORKERS;
use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::Result;
use futures_util::stream::unfold;
use std::net::{SocketAddr, TcpListener};
use tokio::sync::watch;

/// What a bare handler says to everybody.
pub enum Answer {
    /// 304 with this `ETag`.
    NotModified(String),
    /// 200 with this `ETag` and these bytes, which were compressed before.
    Document(String, Bytes),
}

/// A server whose one handler says the answer it has.
pub struct Bare {
    pub address: SocketAddr,
    server: ServerHandle,
}

impl Bare {
    /// One that says `answer`.
    pub fn start(answer: Answer) -> Result<Self> {
        let answer = Data::new(answer);
        Self::serve(move |cfg| {
            cfg.app_data(answer.clone()).route("/feed/v1/rules", web::get().to(say));
        })
    }

    /// One that streams `event` at once and with all `news`.
    pub fn stream(event: Bytes, news: watch::Receiver<()>) -> Result<Self> {
        let (event, news) = (Data::new(event), Data::new(news));
        Self::serve(move |cfg| {
            cfg.app_data(event.clone()).app_data(news.clone()).route("/feed/v1/stream", web::get().to(tell));
        })
    }

    fn serve(routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> Result<Self> {
        let app = move || App::new().configure(routes.clone());
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let server = HttpServer::new(app).workers(WORKERS).disable_signals().listen(listener)?.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Ok(Self { address, server: handle })
    }

    /// Lets go of its port and its workers.
    pub async fn stop(self) {
        self.server.stop(true).await;
    }
}

async fn say(answer: Data<Answer>) -> HttpResponse {
    match &**answer {
        Answer::NotModified(etag) => HttpResponse::NotModified().insert_header((header::ETAG, etag.as_str())).finish(),
        Answer::Document(etag, bytes) => HttpResponse::Ok()
            .insert_header((header::ETAG, etag.as_str()))
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .content_type("application/jose")
            .body(bytes.clone()),
    }
}

async fn tell(event: Data<Bytes>, news: Data<watch::Receiver<()>>) -> HttpResponse {
    let mut news = watch::Receiver::clone(&news);
    news.mark_changed();
    let events = unfold((event, news), |(event, mut news)| async {
        news.changed().await.ok()?;
        Some((Ok::<_, actix_web::Error>(Bytes::clone(&event)), (event, news)))
    });
    HttpResponse::Ok().content_type("text/event-stream").streaming(events)
}
