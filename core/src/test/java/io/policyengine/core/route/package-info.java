@NullMarked
package io.policyengine.core.route;

import org.jspecify.annotations.NullMarked;
