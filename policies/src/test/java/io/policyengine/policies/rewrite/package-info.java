/** Tests of {@code rewrite}. */
@NullMarked
package io.policyengine.policies.rewrite;

import org.jspecify.annotations.NullMarked;
