/** Tests of {@code rewrite}. */
@NullMarked
package io.policyengine.policies.message.rewrite;

import org.jspecify.annotations.NullMarked;
