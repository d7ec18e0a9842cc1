package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.credential.TokenRefusal;
import io.policyengine.policies.denial.DenialFormat;
import io.policyengine.policies.jwt.JwsFault;

/** The reasons why a request is refused. */
enum Refusal {
    /** No token. */
    MISSING(TokenRefusal.MISSING),
    /** More than one. */
    SEVERAL(TokenRefusal.SEVERAL),
    /** Something that is no token. */
    MALFORMED(TokenRefusal.MALFORMED),
    /** Longer than {@code max_token_bytes}. */
    TOO_LARGE(TokenRefusal.TOO_LARGE),
    /** Not three parts. */
    FORM(JwsFault.FORM, "TOKEN_MALFORMED"),
    /** A JWE. */
    ENCRYPTED(JwsFault.ENCRYPTED, "TOKEN_ENCRYPTED"),
    /** Not the one spelling of its octets. */
    ENCODING(JwsFault.ENCODING, "TOKEN_MALFORMED"),
    /** A header that is malformed. */
    HEADER(JwsFault.HEADER, "TOKEN_MALFORMED"),
    /** A key in the token, or a place to fetch one from. */
    EMBEDDED_KEY(JwsFault.EMBEDDED_KEY, "TOKEN_MALFORMED"),
    /** Extensions that must be understood. */
    CRITICAL(JwsFault.CRITICAL, "TOKEN_MALFORMED"),
    /** A token for something else. */
    TYPE(JwsFault.TYPE, "TOKEN_TYPE"),
    /** An algorithm that the issuer's tokens must not have. */
    ALGORITHM(JwsFault.ALGORITHM, "TOKEN_ALGORITHM"),
    /** Claims that are malformed. */
    CLAIMS(JwsFault.CLAIMS, "TOKEN_MALFORMED"),
    /** No key, or not one, that could have signed it. */
    KEY(TokenRefusal.invalid("TOKEN_KEY_UNKNOWN", "The key of the token is not known")),
    /** Signed by nobody who may. */
    SIGNATURE(TokenRefusal.invalid("TOKEN_SIGNATURE", "The signature of the token is not valid")),
    /** {@code exp} has passed. */
    EXPIRED(TokenRefusal.invalid("TOKEN_EXPIRED", "The token has expired")),
    /** No {@code exp} where one is needed, or no {@code iat} where its age counts. */
    WITHOUT_TIME(TokenRefusal.invalid("TOKEN_WITHOUT_TIME", "The token does not say until when it is valid")),
    /** {@code nbf} or {@code iat} is still to come. */
    NOT_YET_VALID(TokenRefusal.invalid("TOKEN_NOT_YET_VALID", "The token is not valid yet")),
    /** {@code iat} is too long ago. */
    TOO_OLD(TokenRefusal.invalid("TOKEN_TOO_OLD", "The token is too old")),
    /** Nobody is named, or by a name that no header could hold. */
    SUBJECT(TokenRefusal.SUBJECT),
    /** Of somebody else. */
    ISSUER(TokenRefusal.foreign("TOKEN_ISSUER", "The issuer of the token is not accepted here")),
    /** For somebody else. */
    AUDIENCE(TokenRefusal.AUDIENCE),
    /** A required claim is absent or has another value. */
    CLAIM(TokenRefusal.CLAIM),
    /** A scope is missing. */
    SCOPE(TokenRefusal.SCOPE);

    @SuppressWarnings("ImmutableEnumChecker") // a record of texts
    private final TokenRefusal refusal;

    Refusal(JwsFault fault, String code) {
        this(TokenRefusal.invalid(code, fault.text()));
    }

    Refusal(TokenRefusal refusal) {
        this.refusal = refusal;
    }

    /** The refusal of a text with this fault. */
    static Refusal of(JwsFault fault) {
        return switch (fault) {
            case FORM -> FORM;
            case ENCRYPTED -> ENCRYPTED;
            case ENCODING -> ENCODING;
            case HEADER -> HEADER;
            case EMBEDDED_KEY -> EMBEDDED_KEY;
            case CRITICAL -> CRITICAL;
            case TYPE -> TYPE;
            case ALGORITHM -> ALGORITHM;
            case CLAIMS -> CLAIMS;
        };
    }

    /** The answer to the client. */
    ImmediateResponse response(DenialFormat format, Challenge challenge) {
        return refusal.response(format, challenge);
    }
}
