package io.policyengine.policies.transformbody;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.policies.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Parameters of {@code transformBody}. */
@Doc("Replaces a body, or changes it: of the request in a request flow, of the response in a response flow.")
record TransformBodyParams(
        @Doc(
                value =
                        "Body in place of whatever comes, without replace and json. May hold templates if content_type is given, by which what they bring in is escaped.",
                examples = "\"{\\\"tenant\\\": \\\"${metadata.tenant}\\\"}\"")
        @Nullable
        String body,

        @Doc(
                value = "Rules of search and replace. Each works on the result of the one before.",
                examples = "[{\"text\": \"internal.example\", \"with\": \"example.com\"}]")
        @Default("[]")
        List<Replacement> replace,

        @Doc(
                value = "Members of a JSON body to remove and to set, after replace.",
                examples = "{\"set\": {\"/tenant\": \"${metadata.tenant}\"}, \"remove\": [\"/debug\"]}")
        @Nullable
        JsonChanges json,

        @Doc("Content type of the body that goes on.") @NonEmpty @Nullable
        String contentType,

        @Doc("True if json applies to bodies of every content type. Otherwise those that are not application/json "
                + "or +json stay as they are.")
        @Default("false")
        boolean anyContentType,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    /** A rule of search and replace. */
    record Replacement(
            @Doc("Text to search for, literally, in UTF-8.") @NonEmpty @Nullable
            String text,

            @Doc(
                    value =
                            "Instead of text: a regular expression (RE2 syntax, linear time). Makes the engine gather the body.",
                    examples = "\"\\\\b[0-9]{4}-[0-9]{4}\\\\b\"")
            @NonEmpty
            @Nullable
            String pattern,

            @Doc("The replacement; may hold templates. With pattern, $1 is what the first group matched, $0 the whole "
                    + "match, $$ a dollar sign.")
            @Default("\"\"")
            String with) {}

    /** Changes of a JSON text; keys and elements are JSON Pointers (RFC 6901). */
    record JsonChanges(
            @Doc("Values by JSON Pointer. Missing objects on the way are created; - adds to an array. Strings may "
                    + "hold templates.")
            @Default("{}")
            Map<String, JsonNode> set,

            @Doc("JSON Pointers to remove, before set. A missing member is not an error.") @Default("[]")
            List<String> remove,

            @Doc(
                    "Maximum number of values in a body, those in others included: each takes memory. A body that may have "
                            + "more is refused before it is read.")
            @Default("200000")
            @Range(min = 1, max = 100_000_000)
            int maxValues) {}
}
