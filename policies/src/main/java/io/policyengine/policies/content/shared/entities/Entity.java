package io.policyengine.policies.content.shared.entities;

import java.util.Locale;

/**
 * A kind of personal data or secret. If several kinds match at the same position, the kind that is declared first takes
 * precedence.
 */
public enum Entity {
    /**
     * A private key in PEM, from its first line to its last (RFC 7468; also the related formats of OpenSSH and
     * OpenPGP).
     */
    PRIVATE_KEY,
    /** A token in compact serialization with a JSON header that names an algorithm (RFC 7515, RFC 7516, RFC 7519). */
    JWT,
    /** An API key, recognized by the prefix that its provider uses. */
    API_KEY,
    /** An access key id of Amazon Web Services, or a secret access key that the preceding text announces. */
    AWS_KEY,
    /** An e-mail address (RFC 5321, RFC 6531). */
    EMAIL,
    /** An international bank account number with the length, structure and check digits of its country (ISO 13616). */
    IBAN,
    /** A payment card number in an issuer's range, with its length and check digit (ISO 7812). */
    CREDIT_CARD,
    /** The tax identification number of a person in Germany (check digit: ISO 7064, MOD 11,10). */
    DE_TAX_ID,
    /** A number of the Indian Aadhaar register (check digit: Verhoeff). */
    IN_AADHAAR,
    /** A social security number of the United States that may have been issued. */
    US_SSN,
    /** A national insurance number of the United Kingdom. */
    UK_NINO,
    /** An IPv4 or IPv6 address in its usual text form (RFC 5952 and others). */
    IP_ADDRESS,
    /**
     * A telephone number that has a country code, has a form common in a country, or follows a word for a telephone.
     */
    PHONE,
    /**
     * A passport number that follows a word for a passport, or the machine readable lines of a passport (ICAO Doc
     * 9303).
     */
    PASSPORT;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** Returns the name of the entity in parameters, such as {@code credit_card}. */
    public String code() {
        return code;
    }

    /** Returns whether the entity is a secret rather than personal data. */
    public boolean isSecret() {
        return switch (this) {
            case PRIVATE_KEY, JWT, API_KEY, AWS_KEY -> true;
            case EMAIL, IBAN, CREDIT_CARD, DE_TAX_ID, IN_AADHAAR, US_SSN, UK_NINO, IP_ADDRESS, PHONE, PASSPORT -> false;
        };
    }
}
