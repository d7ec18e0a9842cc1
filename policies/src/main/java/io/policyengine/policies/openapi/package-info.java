/** OpenAPI documents (3.0, 3.1) that messages are judged by. */
@NullMarked
package io.policyengine.policies.openapi;

import org.jspecify.annotations.NullMarked;
