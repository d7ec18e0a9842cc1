package io.policyengine.policies.content.piiredaction;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.OptionalStrings;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Secret;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code piiRedaction}. */
@Doc("Masks, hashes or tokenizes personal data and secrets in bodies, and puts tokens back in the response.")
record PiiRedactionParams(
        @Doc(
                value =
                        "Kinds that are looked for; custom stands for the patterns of custom, which are looked for in any case.",
                examples = "[\"email\", \"credit_card\"]")
        @Default("""
                ["email", "phone", "credit_card", "iban", "ip_address", "us_ssn", "uk_nino", "de_tax_id", "in_aadhaar", "passport",
                 "api_key", "jwt", "private_key", "aws_key"]""")
        @NonEmpty
        List<Kind> entities,

        @Doc(
                value = "Patterns of your own that are looked for as well. A match has at most 255 characters.",
                examples = "[{\"name\": \"employee\", \"pattern\": \"\\\\bEMP-[0-9]{6}\\\\b\"}]")
        @Default("[]")
        List<CustomPattern> custom,

        @Doc(
                "What comes in place of what is found: mask is its kind, hash its kind and a keyed digest of it, tokenize a name that"
                        + " stands for it in this exchange.")
        @Default("\"mask\"")
        Action action,

        @Doc(
                "True if the response gets back what the tokens in it stand for. The entry then stands in both flows, with the same name"
                        + " and parameters.")
        @Default("false")
        boolean restore,

        @Doc(
                value = "Names of members of JSON and fields of forms whose texts are left alone.",
                examples = "[\"model\", \"trace_id\"]")
        @Default("[]")
        OptionalStrings keysToSkip,

        @Doc("True if names of members of JSON are left alone.") @Default("false")
        boolean jsonOnlyValues,

        @Doc("Key of the digests of action hash. Without it there is one that no other process and no other entry has.")
        @Nullable
        @Secret
        @NonEmpty
        String hashKey,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** The kinds that can be looked for. */
    enum Kind {
        /** Addresses of e-mail. */
        EMAIL,
        /** Telephone numbers. */
        PHONE,
        /** Numbers of payment cards. */
        CREDIT_CARD,
        /** International bank account numbers. */
        IBAN,
        /** Addresses of IPv4 and IPv6. */
        IP_ADDRESS,
        /** Social security numbers of the United States. */
        US_SSN,
        /** National insurance numbers of the United Kingdom. */
        UK_NINO,
        /** Tax identification numbers of Germany. */
        DE_TAX_ID,
        /** Aadhaar numbers of India. */
        IN_AADHAAR,
        /** Numbers of passports. */
        PASSPORT,
        /** Keys of APIs. */
        API_KEY,
        /** JSON Web Tokens. */
        JWT,
        /** Private keys in PEM. */
        PRIVATE_KEY,
        /** Access keys of Amazon Web Services. */
        AWS_KEY,
        /** The patterns of the parameter {@code custom}. */
        CUSTOM
    }

    /** A pattern with a name. */
    @Doc("A pattern with a name.")
    record CustomPattern(
            @Doc("Name that stands in place of what is found, in capital letters.") @Pattern("^[a-z][a-z0-9_]{0,31}$")
            String name,

            @Doc("Pattern in RE2 syntax, looked for in the normal form of texts (Unicode's NFKC).") @NonEmpty
            String pattern) {}

    /** The fate of what is found. */
    enum Action {
        /** The value is replaced by its kind. */
        MASK,
        /** The value is replaced by its kind and a digest. */
        HASH,
        /** A name is that stands for it in this exchange. */
        TOKENIZE
    }
}
