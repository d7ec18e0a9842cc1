package io.policyengine.policies.jwtvalidation;

import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.credential.Challenge;
import io.policyengine.policies.denial.Denial;
import io.policyengine.policies.denial.DenialFormat;
import io.policyengine.policies.jwt.JwsFault;
import org.jspecify.annotations.Nullable;

/** The reasons why a request is refused, with status, code and the error of RFC 6750 §3.1. */
enum Refusal {
    /** No token. */
    MISSING(401, "TOKEN_MISSING", "A token is required", null),
    /** More than one. */
    SEVERAL(401, "TOKEN_AMBIGUOUS", "Exactly one token is expected", Errors.REQUEST),
    /** Something that is no token. */
    MALFORMED(401, "TOKEN_MALFORMED", "The token is malformed", Errors.TOKEN),
    /** Longer than {@code max_token_bytes}. */
    TOO_LARGE(401, "TOKEN_TOO_LARGE", "The token is too large", Errors.TOKEN),
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
    KEY(401, "TOKEN_KEY_UNKNOWN", "The key of the token is not known", Errors.TOKEN),
    /** Signed by nobody who may. */
    SIGNATURE(401, "TOKEN_SIGNATURE", "The signature of the token is not valid", Errors.TOKEN),
    /** {@code exp} has passed. */
    EXPIRED(401, "TOKEN_EXPIRED", "The token has expired", Errors.TOKEN),
    /** No {@code exp} where one is needed, or no {@code iat} where its age counts. */
    WITHOUT_TIME(401, "TOKEN_WITHOUT_TIME", "The token does not say until when it is valid", Errors.TOKEN),
    /** {@code nbf} or {@code iat} is still to come. */
    NOT_YET_VALID(401, "TOKEN_NOT_YET_VALID", "The token is not valid yet", Errors.TOKEN),
    /** {@code iat} is too long ago. */
    TOO_OLD(401, "TOKEN_TOO_OLD", "The token is too old", Errors.TOKEN),
    /** Nobody is named, or by a name that no header could hold. */
    SUBJECT(401, "TOKEN_SUBJECT", "The token does not name anybody", Errors.TOKEN),
    /** Of somebody else. */
    ISSUER(403, "TOKEN_ISSUER", "The issuer of the token is not accepted here", Errors.TOKEN),
    /** For somebody else. */
    AUDIENCE(403, "TOKEN_AUDIENCE", "The token is not meant for this service", Errors.TOKEN),
    /** A required claim is absent or has another value. */
    CLAIM(403, "TOKEN_CLAIM", "A claim of the token does not have the required value", Errors.TOKEN),
    /** A scope is missing. */
    SCOPE(403, "INSUFFICIENT_SCOPE", "The token does not have the required scope", Errors.SCOPE);

    private final int status;
    private final String code;
    private final String message;
    private final @Nullable String error;

    /** The errors of RFC 6750 §3.1. */
    private static final class Errors {
        static final String REQUEST = "invalid_request";
        static final String TOKEN = "invalid_token";
        static final String SCOPE = "insufficient_scope";

        private Errors() {}
    }

    Refusal(JwsFault fault, String code) {
        this(401, code, fault.text(), Errors.TOKEN);
    }

    Refusal(int status, String code, String message, @Nullable String error) {
        this.status = status;
        this.code = code;
        this.message = message;
        this.error = error;
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
        DenialReason reason = status == 403 ? DenialReason.FORBIDDEN : DenialReason.AUTHENTICATION_FAILED;
        String value = error == null ? challenge.withoutError() : challenge.withError(error, message);
        return new Denial(status, code, message, reason).response(format).withHeader(Challenge.FIELD, value);
    }
}
