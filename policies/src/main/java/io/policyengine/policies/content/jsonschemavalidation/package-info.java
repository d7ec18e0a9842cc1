/** Policy {@code jsonSchemaValidation}: requires bodies to conform to a JSON Schema. */
@NullMarked
package io.policyengine.policies.content.jsonschemavalidation;

import org.jspecify.annotations.NullMarked;
