/** Policy {@code contentFilter}: denies, masks or logs messages that contain words or patterns. */
@NullMarked
package io.policyengine.policies.content.contentfilter;

import org.jspecify.annotations.NullMarked;
