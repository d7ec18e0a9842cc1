/** Differences between configurations, for users. */
@NullMarked
package io.policyengine.admin.diff;

import org.jspecify.annotations.NullMarked;
