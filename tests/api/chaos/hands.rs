//! Partners and staff, who go on with their work meanwhile, at whichever desk answers.

use super::chance::Chance;
use super::truth::Subject;
use super::world::World;
use crate::actors::{text, third_party};
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub const PARTNERS: [&str; 4] =
    ["contoso-admin-agent", "wingtip-admin-agent", "fabrikam-admin-agent", "tailspin-global-admin"];
const SURFACES: [&str; 4] = ["dashboard", "partner_api", "delegated_admin_portal", "delegated_admin_api"];

/// What is in force, as far as these people know.
#[derive(Default)]
pub struct Known {
    /// Exceptions with the partner whose they are.
    exceptions: RefCell<Vec<(&'static str, Value)>>,
    suspensions: RefCell<Vec<Value>>,
}

pub struct Hands {
    world: Rc<World>,
    known: Rc<Known>,
    chance: Chance,
}

impl Hands {
    pub fn new(world: Rc<World>, known: Rc<Known>, chance: Chance) -> Self {
        Self { world, known, chance }
    }

    /// Works until it is over.
    pub async fn work(mut self) {
        while !self.world.is_over.get() && self.world.is_sound() {
            match self.chance.below(12) {
                0..=4 => self.ask().await,
                5..=7 => self.revoke().await,
                8 => self.end_early().await,
                9..=10 => self.lift().await,
                _ => self.suspend().await,
            };
            let pause = self.chance.millis(200..900);
            self.world.rest(pause).await;
        }
    }

    /// Calls a desk; nothing when it does not say what came of it.
    async fn call(
        &mut self,
        persona: &str,
        (method, path): (Method, &str),
        at: Option<&Value>,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        // Now and then one that is not well.
        let desk = if self.chance.one_in(10) { Some(self.chance.below(3)) } else { self.world.well(&mut self.chance) };
        let port = self.world.posts[desk?].port();
        let token = self.world.app.staff(persona).token?;
        let call = self.world.app.http.request(method, format!("http://127.0.0.1:{port}{path}")).bearer_auth(token);
        let call = at
            .map(|thing| format!("\"{}\"", thing["version"]))
            .into_iter()
            .fold(call, |call, version| call.header("If-Match", version));
        let call = body.into_iter().fold(call, |call, body| call.json(body)).timeout(Duration::from_secs(8));
        let answer = call.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    async fn post(&mut self, persona: &str, path: &str, at: Option<&Value>, body: &Value) -> Option<(u16, Value)> {
        self.call(persona, (Method::POST, path), at, Some(body)).await
    }

    /// A partner asks for an exception; where a person has to decide, one does, and mostly grants less than was asked.
    pub async fn ask(&mut self) -> Option<()> {
        let partner = *self.chance.one_of(&PARTNERS);
        let mut body = third_party();
        let users: Vec<_> = (0..=self.chance.below(3)).map(|_| self.chance.id()).collect();
        let surfaces = [*self.chance.one_of(&SURFACES), *self.chance.one_of(&SURFACES)];
        let surfaces = if surfaces[0] == surfaces[1] { &surfaces[..1] } else { &surfaces[..] };
        let days = 1 + self.chance.below(20);
        body["scope"] = json!({ "subjects": { "kind": "users", "object_ids": users }, "surfaces": surfaces, "starts_at": null, "duration_days": days });
        let tenant = exception_desk_demo::people::persona(partner).unwrap().tenant.id;
        let pairs = users.iter().flat_map(|user| surfaces.iter().map(move |surface| (*user, *surface)));
        let subjects = pairs.map(|(user, surface)| Subject { tenant, user, surface: surface.to_owned() });
        self.world.subjects.borrow_mut().extend(subjects);
        let request = match self.post(partner, "/api/v1/requests", None, &body).await? {
            (201, request) => request,
            // One of theirs is open, whose answer was lost.
            (409, _) => self.open_request(partner).await?,
            _ => return None,
        };
        let request = if request["status"] == "in_review" { self.accept(&request).await? } else { request };
        if request["status"] == "accepted" {
            self.world.tell("granted");
            self.known.exceptions.borrow_mut().push((partner, request["exception"].clone()));
        }
        Some(())
    }

    async fn open_request(&mut self, partner: &str) -> Option<Value> {
        let (_, list) = self.call(partner, (Method::GET, "/api/v1/requests"), None, None).await?;
        list["items"].as_array()?.iter().find(|request| request["status"] == "in_review").cloned()
    }

    async fn accept(&mut self, request: &Value) -> Option<Value> {
        let mut decision = json!({ "outcome": "accept", "reason": "the logs show it" });
        if !self.chance.one_in(3) {
            let asked = &request["scope"];
            let first = |list: &Value| json!([list[0]]);
            decision["scope"] = json!({
                "subjects": { "kind": "users", "object_ids": first(&asked["subjects"]["object_ids"]) },
                "surfaces": first(&asked["surfaces"]), "duration_days": 1,
            });
            self.world.tell("granted less than was asked");
        }
        let path = format!("/api/v1/requests/{}/decision", text(&request["id"]));
        let (status, decided) = self.post("lead", &path, Some(request), &decision).await?;
        (status == 200).then_some(decided)
    }

    async fn revoke(&mut self) -> Option<()> {
        let (partner, exception) = self.some_exception()?;
        let reason = json!({ "reason": "seen from elsewhere" });
        self.end("revoke", "lead", (partner, exception), &reason).await
    }

    /// A partner needs its exception no longer, or never asked for it.
    async fn end_early(&mut self) -> Option<()> {
        let (partner, exception) = self.some_exception()?;
        let how = *self.chance.one_of(&["end", "not-us"]);
        self.end(how, partner, (partner, exception), &json!({})).await
    }

    async fn end(
        &mut self,
        how: &str,
        who: &str,
        (partner, exception): (&'static str, Value),
        body: &Value,
    ) -> Option<()> {
        let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
        let answer = self.post(who, &format!("{path}/{how}"), Some(&exception), body).await;
        // It may have been done, and the answer lost.
        let ended = match answer {
            Some((200, ended)) => Some(ended),
            _ => self
                .call("lead", (Method::GET, &path), None, None)
                .await
                .map(|(_, seen)| seen)
                .filter(|seen| seen["id"] == exception["id"]),
        };
        match ended {
            Some(ended) if ended["status"] == "revoked" => {
                self.world.tell("revoked or ended");
                let id = text(&exception["id"]).parse().unwrap();
                self.world.ended.borrow_mut().entry(id).or_insert(self.world.time.now());
            }
            Some(other) if other["status"] == "expired" => self.world.tell("expired first"),
            Some(other) => self.known.exceptions.borrow_mut().push((partner, other)),
            None => self.known.exceptions.borrow_mut().push((partner, exception)),
        }
        Some(())
    }

    fn some_exception(&mut self) -> Option<(&'static str, Value)> {
        let mut exceptions = self.known.exceptions.borrow_mut();
        // A few stay, for suspensions and the end of their time.
        let which = self.chance.below(exceptions.len().max(1));
        (exceptions.len() >= 3).then(|| exceptions.swap_remove(which))
    }

    async fn suspend(&mut self) -> Option<()> {
        if self.known.suspensions.borrow().len() > 1 {
            return None;
        }
        let partner = *self.chance.one_of(&PARTNERS);
        let tenant = exception_desk_demo::people::persona(partner).unwrap().tenant.id;
        let scope = if self.chance.one_in(4) { json!({ "all": true }) } else { json!({ "tenant": tenant }) };
        let body = json!({ "scope": scope, "reason": "an account was taken over" });
        let (status, suspension) = self.post("lead", "/api/v1/suspensions", None, &body).await?;
        if status == 201 {
            self.world.tell("suspended");
            self.known.suspensions.borrow_mut().push(suspension);
        }
        Some(())
    }

    /// Two leads lift a suspension.
    async fn lift(&mut self) -> Option<()> {
        let suspension = self.known.suspensions.borrow_mut().pop()?;
        let path = format!("/api/v1/suspensions/{}/lift", text(&suspension["id"]));
        let lead = if suspension["lifts"] == 0 { "lead" } else { "lead-2" };
        let now = match self.post(lead, &path, Some(&suspension), &json!({})).await {
            Some((200 | 202, now)) => now,
            _ => self.suspension(&suspension).await.unwrap_or(suspension),
        };
        if now["lifted_at"].is_null() {
            self.known.suspensions.borrow_mut().push(now);
        } else {
            self.world.tell("lifted");
        }
        Some(())
    }

    /// The suspension as it is now.
    async fn suspension(&mut self, suspension: &Value) -> Option<Value> {
        let (_, list) = self.call("lead", (Method::GET, "/api/v1/suspensions"), None, None).await?;
        list["items"].as_array()?.iter().find(|one| one["id"] == suspension["id"]).cloned()
    }
}
