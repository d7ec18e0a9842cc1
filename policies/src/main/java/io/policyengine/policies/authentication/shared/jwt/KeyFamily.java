package io.policyengine.policies.authentication.shared.jwt;

/** The kinds of keys that verify signatures. */
public enum KeyFamily {
    RSA,
    P256,
    P384,
    P521,
    ED25519,
    ED448,
    SECRET
}
