/** The routes of a configuration: which route policy an exchange belongs to. */
@NullMarked
package io.policyengine.kernel.route;

import org.jspecify.annotations.NullMarked;
