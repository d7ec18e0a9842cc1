package io.policyengine.policies.content.filesizelimit;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.Shape;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.Map;

/** Parameters of {@code fileSizeLimit}. */
@Doc("Refuses bodies of requests (in a request flow) or responses (in a response flow) that are too large.")
record FileSizeLimitParams(
        @Doc("Maximum size in bytes of a body whose type content_types does not name.")
        @Default("1048576")
        @Range(min = 0)
        long maxBytes,

        @Doc(
                value = "Maximum size in bytes by media type, without parameters; type/* applies to all of its "
                        + "subtypes that are not listed.",
                examples = "{\"image/*\": 10485760, \"application/json\": 65536}")
        @Default("{}")
        @Shape("""
                {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}""")
        Map<String, Long> contentTypes,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}
