@NullMarked
package io.policyengine.kernel.route;

import org.jspecify.annotations.NullMarked;
