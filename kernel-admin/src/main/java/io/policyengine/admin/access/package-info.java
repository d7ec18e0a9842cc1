/** Access to the management API: tokens and their roles, callers, and the log of what they changed. */
@NullMarked
package io.policyengine.admin.access;

import org.jspecify.annotations.NullMarked;
