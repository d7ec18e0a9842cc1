package io.policyengine.policies.authentication.shared.jwt;

/** The kinds of keys that verify signatures. An algorithm takes keys of one family only. */
public enum KeyFamily {
    /** RSA. */
    RSA,
    /** ECDSA on P-256. */
    P256,
    /** ECDSA on P-384. */
    P384,
    /** ECDSA on P-521. */
    P521,
    /** EdDSA on edwards25519. */
    ED25519,
    /** EdDSA on edwards448. */
    ED448,
    /** A secret that signer and verifier share. */
    SECRET
}
