/** Policy {@code jsonSchemaValidation}: bodies must be as a JSON Schema says. */
@NullMarked
package io.policyengine.policies.jsonschemavalidation;

import org.jspecify.annotations.NullMarked;
