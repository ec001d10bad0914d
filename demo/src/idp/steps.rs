//! The one place that says what comes next in a sign-in.

use super::Idp;
use super::claims::SignedIn;
use super::store::{Flow, Session};
use crate::people::{Accounts, Persona};

/// What a sign-in waits for.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// The choice of a persona.
    SignIn,
    /// The answer of the person's own provider.
    Federated(&'static Persona),
    /// A first code, from an authenticator app that is being set up.
    Register(&'static Persona),
    /// A code from the registered authenticator app.
    Verify(&'static Persona),
    /// Nothing: the application gets its answer.
    Done(SignedIn),
}

/// What `flow` waits for, given who is signed in.
pub(crate) fn next(idp: &Idp, flow: &Flow, session: Option<Session>) -> Step {
    if let Some(person) = flow.at_provider {
        return Step::Federated(person);
    }
    let fits = |session: &Session| flow.request.tenant.is_none_or(|tenant| tenant.id == session.persona.tenant.id);
    let Some(session) = session.filter(fits).filter(|_| !flow.sign_in_again) else { return Step::SignIn };
    let person = session.persona;
    let registered = idp.registered(person);
    if flow.request.wants_mfa && !session.proof.is_mfa() && !flow.mfa_did_not_arrive {
        return match person.tenant.accounts {
            Accounts::FederatedPassesMfaOn | Accounts::FederatedMfaUnseen => Step::Federated(person),
            _ if registered => Step::Verify(person),
            _ => Step::Register(person),
        };
    }
    Step::Done(SignedIn { persona: person, proof: session.proof, at: session.at, registered })
}
