@NullMarked
package io.policyengine.app.check;

import org.jspecify.annotations.NullMarked;
