//! People and programs that call the desk, and what they usually do.

use crate::app::TestApp;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// Somebody with (or without) a token.
#[derive(Clone)]
pub struct Actor<'a> {
    pub app: &'a TestApp,
    pub token: Option<String>,
}

/// What the desk answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The answer, which must have this status.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The kind of the problem, which it must be: the last part of `type`.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["title"].as_str().unwrap().is_empty());
        problem["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// `pointer code` of every input error.
    pub fn errors(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect()
    }
}

impl Actor<'_> {
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.app.http.request(method, format!("{}{path}", self.app.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.call(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.call(Method::POST, path).json(body)).await
    }

    /// Posts at the version that `thing` has.
    pub async fn change(&self, path: &str, thing: &Value, body: &Value) -> Answer {
        let version = format!("\"{}\"", thing["version"]);
        self.send(self.call(Method::POST, path).header("If-Match", version).json(body)).await
    }

    pub async fn file(&self, body: &Value) -> Answer {
        self.post("/api/v1/requests", body).await
    }

    pub async fn file_with_key(&self, key: &str, body: &Value) -> Answer {
        self.send(self.call(Method::POST, "/api/v1/requests").header("Idempotency-Key", key).json(body)).await
    }

    pub async fn decide(&self, request: &Value, body: &Value) -> Answer {
        self.change(&format!("/api/v1/requests/{}/decision", text(&request["id"])), request, body).await
    }

    pub async fn accept(&self, request: &Value) -> Answer {
        self.decide(request, &json!({ "outcome": "accept", "reason": "the logs show it" })).await
    }

    pub async fn deny(&self, request: &Value) -> Answer {
        self.decide(request, &json!({ "outcome": "deny", "reason": "there is another way" })).await
    }

    /// The request as it is now.
    pub async fn read(&self, request: &Value) -> Value {
        self.get(&format!("/api/v1/requests/{}", text(&request["id"]))).await.expect(200).json()
    }

    /// Takes `step` (`ask`, `reply`, `appeal`, `withdraw`, `reopen`) with the request, at the version that it shows.
    pub async fn step(&self, step: &str, request: &Value, body: &Value) -> Answer {
        self.change(&format!("/api/v1/requests/{}/{step}", text(&request["id"])), request, body).await
    }

    pub async fn ask(&self, request: &Value) -> Answer {
        self.step("ask", request, &json!({ "question": "Which kiosk?" })).await
    }

    pub async fn reply(&self, request: &Value) -> Answer {
        self.step("reply", request, &json!({ "text": "The one in Osaka." })).await
    }

    pub async fn appeal(&self, request: &Value) -> Answer {
        self.step("appeal", request, &json!({ "reason": "That way is closed to us." })).await
    }

    pub async fn reopen(&self, request: &Value) -> Answer {
        self.step("reopen", request, &json!({})).await
    }

    pub async fn revoke(&self, exception: &Value) -> Answer {
        let path = format!("/api/v1/exceptions/{}/revoke", text(&exception["id"]));
        self.change(&path, exception, &json!({ "reason": "seen from elsewhere" })).await
    }

    /// The feed's document, once it has `version` or a later one.
    pub async fn feed_at(&self, version: i64) -> Value {
        for _ in 0..100 {
            let answer = self.get("/feed/v1/rules").await;
            // Right after the clock was turned far, the document in memory is stale for a moment.
            if answer.status != 503 {
                let feed = answer.expect(200).json();
                if feed["version"].as_i64().unwrap() >= version {
                    return feed;
                }
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the feed never reached version {version}");
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub const USER: &str = "3ceaaf30-8142-48ea-91d9-3080f9b439fc";

/// A request for issue 7 that the policy accepts.
pub fn third_party() -> Value {
    json!({
        "topic": "mfa_and_secure_application_model", "problem_type": "technical_exception",
        "issue": "third_party_mfa_not_recognized", "language": "ja",
        "title": "外部MFAが認識されない",
        "description": "ADFSと連携している認証基盤でMFAを実施していますが、ディレクトリ側で認識されません。",
        "contact": { "name": "情報システム部", "email": "it@tailspin.example", "phone": null },
        "scope": { "subjects": { "kind": "users", "object_ids": [USER] },
                   "surfaces": ["delegated_admin_portal"], "starts_at": null, "duration_days": 60 },
        "answers": { "mfa_enforced_for_users": "yes", "vendor_asked": "yes", "claim_can_be_sent": "no",
                     "integration": "identity_federation", "solution": "Proseware", "vendor": "Proseware",
                     "vendor_reference": "PW-1" }
    })
}

/// A request that only a person can decide.
pub fn other() -> Value {
    let mut request = third_party();
    request["issue"] = json!("other_technical_issue");
    request["language"] = json!("en");
    request["answers"] = json!({ "workaround_exists": "no", "affected_service": "Kiosk" });
    request
}

/// A request that the policy denies.
pub fn more_time() -> Value {
    let mut request = third_party();
    request["issue"] = json!("more_time_for_agents");
    request["title"] = json!("MFAの導入期限の延長");
    request["description"] =
        json!("担当者へのMFAの展開が遅れており、全員に行き渡るまで、あと1か月の猶予をいただきたく存じます。");
    request["answers"] = json!({ "rollout_plan": "soon" });
    request
}
