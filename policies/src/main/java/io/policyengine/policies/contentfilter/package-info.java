/** Policy {@code contentFilter}: denies, masks or logs messages in which words or patterns stand. */
@NullMarked
package io.policyengine.policies.contentfilter;

import org.jspecify.annotations.NullMarked;
