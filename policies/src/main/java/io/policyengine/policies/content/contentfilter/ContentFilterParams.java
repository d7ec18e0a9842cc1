package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code contentFilter}. */
@Doc("Denies, masks or logs messages that contain words or patterns.")
record ContentFilterParams(
        @Doc(
                value = "Words or phrases to find, including spellings with accents or look-alike letters.",
                examples = "[\"project falcon\", \"confidential\"]")
        @Nullable
        StringOrList words,

        @Doc(
                value = "Patterns in RE2 syntax, which are searched for in text normalized to NFKC.",
                examples = "[\"\\\\bEMP-[0-9]{6}\\\\b\"]")
        @Nullable
        StringOrList patterns,

        @Doc("Action on a message with a match.") @Default("\"deny\"")
        Action action,

        @Doc("Replacement for each finding if action is mask.") @Default("\"***\"") @Pattern("^[^\\x00-\\x1f\\x7f]*$")
        String mask,

        @Doc("Status of the response to a denied request; a denied response becomes 502.")
        @Default("403")
        @Range(min = 400, max = 599)
        int status,

        @Doc(
                value = "Parts of the message that are searched; only requests have a query.",
                examples = "[\"body\", \"query\"]")
        @Default("[\"body\"]")
        @NonEmpty
        List<Where> where,

        @Doc("True to ignore case.") @Default("true") boolean ignoreCase,

        @Doc("True to find a word only where no letter or digit precedes or follows it.") @Default("false")
        boolean wholeWords,

        @Doc("A match of a pattern must have fewer characters than this. Up to 1.5 times as many characters of a body "
                + "in chunks are held back.")
        @Default("256")
        @Range(min = 16, max = 4096)
        int patternWindow,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** The action on a message with a match. */
    enum Action {
        DENY,
        MASK,
        /** The message passes and is logged. */
        LOG
    }

    /** The parts of a message. */
    enum Where {
        BODY,
        QUERY,
        HEADERS
    }
}
