/** Policy {@code requestValidation}: requires messages to conform to an OpenAPI document or to a few simple rules. */
@NullMarked
package io.policyengine.policies.content.requestvalidation;

import org.jspecify.annotations.NullMarked;
