/** OpenAPI documents (3.0, 3.1): finds the operations of requests, and validates messages against them. */
@NullMarked
package io.policyengine.policies.content.shared.openapi;

import org.jspecify.annotations.NullMarked;
