/** The access log, which has lines about finished exchanges if it is enabled. */
@NullMarked
package io.policyengine.admin.accesslog;

import org.jspecify.annotations.NullMarked;
