/** Policy {@code requestValidation}: messages must be as an OpenAPI document, or a few plain rules, say. */
@NullMarked
package io.policyengine.policies.content.requestvalidation;

import org.jspecify.annotations.NullMarked;
