/** Policy {@code contentFilter}: denies, masks or logs messages in which words or patterns stand. */
@NullMarked
package io.policyengine.policies.content.contentfilter;

import org.jspecify.annotations.NullMarked;
