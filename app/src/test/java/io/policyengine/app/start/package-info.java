@NullMarked
package io.policyengine.app.start;

import org.jspecify.annotations.NullMarked;
