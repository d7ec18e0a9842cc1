/** Differences between configurations, for people. */
@NullMarked
package io.policyengine.admin.diff;

import org.jspecify.annotations.NullMarked;
