/** Policy {@code jsonSchemaValidation}: bodies must be as a JSON Schema says. */
@NullMarked
package io.policyengine.policies.content.jsonschemavalidation;

import org.jspecify.annotations.NullMarked;
