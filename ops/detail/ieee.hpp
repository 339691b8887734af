#pragma once

namespace gradus::ieee {

// Functions of one number, for Eigen's unaryExpr; defined in ieee_kernels.hpp, so that including an op stays
// cheap.
template <class Scalar>
struct Exp;
template <class Scalar>
struct Logistic;
template <class Scalar>
struct Log;
template <class Scalar>
struct Sqrt;
template <class Scalar>
struct Power;
template <class Scalar>
struct Elu;

}  // namespace gradus::ieee
