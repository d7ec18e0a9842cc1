/** OpenAPI documents (3.0, 3.1): the operations that requests ask for, and the judgement of messages by them. */
@NullMarked
package io.policyengine.policies.content.shared.openapi;

import org.jspecify.annotations.NullMarked;
