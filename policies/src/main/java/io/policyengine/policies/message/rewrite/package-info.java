/** Policy {@code rewrite}: changes path, query, method and authority of requests. */
@NullMarked
package io.policyengine.policies.message.rewrite;

import org.jspecify.annotations.NullMarked;
