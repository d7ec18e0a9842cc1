/** Human-readable differences between configurations. */
@NullMarked
package io.policyengine.admin.diff;

import org.jspecify.annotations.NullMarked;
