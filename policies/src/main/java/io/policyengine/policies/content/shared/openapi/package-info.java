/** OpenAPI documents (3.0, 3.1): finds the operation of a request, and validates messages against it. */
@NullMarked
package io.policyengine.policies.content.shared.openapi;

import org.jspecify.annotations.NullMarked;
