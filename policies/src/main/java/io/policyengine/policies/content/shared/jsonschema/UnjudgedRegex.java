package io.policyengine.policies.content.shared.jsonschema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;

/**
 * The format {@code regex}, which is never validated, since a client could choose slow expressions: compiling 1,000
 * characters may take 77 ms.
 */
final class UnjudgedRegex implements Format {
    @Override
    public String getName() {
        return "regex";
    }

    @Override
    public boolean matches(ExecutionContext execution, SchemaContext context, String value) {
        return true;
    }
}
