package io.policyengine.policies.message.transformbody;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Replaces or changes the body of the request (in a request flow) or of the response (in a response flow).")
record TransformBodyParams(
        @Doc(
                value = "Body that replaces the original body; cannot be combined with replace, json, xml_to_json or "
                        + "json_to_xml. May contain templates if content_type is set, which determines how "
                        + "their values are escaped.",
                examples = "\"{\\\"tenant\\\": \\\"${metadata.tenant}\\\"}\"")
        @Nullable
        String body,

        @Doc(
                value = "Rules of search and replace. Each rule processes the result of the previous one.",
                examples = "[{\"text\": \"internal.example\", \"with\": \"example.com\"}]")
        @Default("[]")
        List<Replacement> replace,

        @Doc(
                value = "Changes of a JSON body, after replace: remove, rename, move, set, patch, in this order.",
                examples = "{\"set\": {\"/tenant\": \"${metadata.tenant}\"}, \"remove\": [\"/debug\"]}")
        @Nullable
        JsonChanges json,

        @Doc("True to convert XML bodies to JSON, after replace and before json.") @Default("false")
        boolean xmlToJson,

        @Doc("True to convert JSON bodies to XML, after json.") @Default("false")
        boolean jsonToXml,

        @Doc("Mapping between XML elements and JSON members.") @Nullable
        Xml xml,

        @Doc("Content type of the changed body; without it, a converted body gets application/json or application/xml.")
        @NonEmpty
        @Nullable
        String contentType,

        @Doc("True if json, xml_to_json and json_to_xml apply to bodies of every content type. Otherwise they apply"
                + " only to application/json, +json and XML.")
        @Default("false")
        boolean anyContentType,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    record Replacement(
            @Doc("Text to search for, literally, in UTF-8.") @NonEmpty @Nullable
            String text,

            @Doc(
                    value =
                            "Instead of text: a regular expression (RE2 syntax, linear time). The engine then buffers the whole body.",
                    examples = "\"\\\\b[0-9]{4}-[0-9]{4}\\\\b\"")
            @NonEmpty
            @Nullable
            String pattern,

            @Doc("Replacement; may contain templates. With pattern, $1 is the match of the first group, $0 the whole "
                    + "match, and $$ a dollar sign.")
            @Default("\"\"")
            String with) {}

    /** Changes of a JSON text; keys and elements are JSON Pointers (RFC 6901). */
    record JsonChanges(
            @Doc("Values to set, by JSON Pointer. Missing objects on the path are created; the token - appends to an "
                    + "array. Strings may contain templates.")
            @Default("{}")
            Map<String, JsonNode> set,

            @Doc("JSON Pointers of the values to remove, before set. A missing member is not an error.") @Default("[]")
            List<String> remove,

            @Doc(
                    value = "New names of members by JSON Pointer, after remove. A missing member is not an error.",
                    examples = "{\"/user/mail\": \"email\"}")
            @Default("{}")
            Map<String, String> rename,

            @Doc(
                    value = "Target JSON Pointers of the values to move, by source JSON Pointer, after rename. "
                            + "Missing objects on the target's path are created; a missing value is not an "
                            + "error.",
                    examples = "{\"/user/id\": \"/id\"}")
            @Default("{}")
            Map<String, String> move,

            @Doc(
                    value =
                            "Operations of JSON Patch (RFC 6902), after set. If an operation fails, the body is refused.",
                    examples = "[{\"op\": \"test\", \"path\": \"/version\", \"value\": 1}]")
            @Default("[]")
            List<PatchOperation> patch,

            @Doc("Maximum number of values in a body, including nested ones, since each takes memory. A body that may "
                    + "have more is refused before it is parsed.")
            @Default("200000")
            @Range(min = 1, max = 100_000_000)
            int maxValues) {}

    record PatchOperation(
            @Doc("The operation.") Op op,

            @Doc("JSON Pointer of the value to change; empty for the whole text.")
            String path,

            @Doc("JSON Pointer of the value that is moved or copied.") @Nullable
            String from,

            @Doc("The value of add, replace and test; strings may contain templates.") @Nullable
            JsonNode value) {}

    /** The operations of JSON Patch (RFC 6902 §4). */
    enum Op {
        ADD,
        REMOVE,
        REPLACE,
        MOVE,
        COPY,
        TEST
    }

    /** The mapping between XML elements and JSON members. */
    record Xml(
            @Doc("Prefix of the names of members that represent attributes.") @Default("\"@\"") @NonEmpty
            String attributePrefix,

            @Doc("Name of the member that represents the text of an element with attributes or child elements.")
            @Default("\"#text\"")
            @NonEmpty
            String textName,

            @Doc("Names of elements that become an array even if there is only one.") @Default("[]")
            List<String> arrays,

            @Doc("Treatment of namespace prefixes and declarations in JSON.") @Default("\"keep\"")
            Namespaces namespaces,

            @Doc("Name of the outermost XML element. If absent, the JSON must be an object with one member.") @Nullable
            String root,

            @Doc("Name of the XML elements for the values of an array that is not a member of an object.")
            @Default("\"item\"")
            String itemName,

            @Doc("Maximum number of XML elements and attributes, or of JSON values, in a body that is converted.")
            @Default("200000")
            @Range(min = 1, max = 100_000_000)
            int maxValues) {}

    enum Namespaces {
        /** Prefixes stay part of names, and namespace declarations are converted like attributes. */
        KEEP,
        REMOVE
    }
}
