package io.policyengine.policies.content.shared.entities;

import java.util.Locale;

/** A kind of personal data or secret, in order of precedence for matches at the same position. */
public enum Entity {
    /** A private key in PEM, from its first line to its last (RFC 7468, and its relatives of OpenSSH and OpenPGP). */
    PRIVATE_KEY,
    /** A token in compact serialization, whose header is JSON with an algorithm (RFC 7515, RFC 7516, RFC 7519). */
    JWT,
    /** A key of an API by the prefix that its provider gives it. */
    API_KEY,
    /** The id of an access key of Amazon Web Services, or a secret access key that its context names. */
    AWS_KEY,
    /** An address of e-mail (RFC 5321, RFC 6531). */
    EMAIL,
    /** An international bank account number by the length, structure and check digits of its country (ISO 13616). */
    IBAN,
    /** The number of a payment card by ranges, lengths and check digit (ISO 7812). */
    CREDIT_CARD,
    /** The tax identification number of a person in Germany (its check digit: ISO 7064, MOD 11,10). */
    DE_TAX_ID,
    /** A number of the Indian Aadhaar register (its check digit: Verhoeff). */
    IN_AADHAAR,
    /** A social security number of the United States, in the ranges that are issued. */
    US_SSN,
    /** A national insurance number of the United Kingdom. */
    UK_NINO,
    /** An address of IPv4 or IPv6 in its usual text form (RFC 5952 and others). */
    IP_ADDRESS,
    /** A telephone number: with a country's code, in a form that is common in a country, or named by its context. */
    PHONE,
    /** The number of a passport that its context names, or the machine readable lines of one (ICAO Doc 9303). */
    PASSPORT;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the name of the entity in parameters, such as {@code credit_card}. */
    public String code() {
        return code;
    }

    /** True for a secret, false for personal data. */
    public boolean isSecret() {
        return switch (this) {
            case PRIVATE_KEY, JWT, API_KEY, AWS_KEY -> true;
            case EMAIL, IBAN, CREDIT_CARD, DE_TAX_ID, IN_AADHAAR, US_SSN, UK_NINO, IP_ADDRESS, PHONE, PASSPORT -> false;
        };
    }
}
