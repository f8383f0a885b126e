// Parameters: aihwkit 1.2.0, `presets/devices.py`, which names the measurements behind each. The last one
// is the device of the figure that this project reproduces.
extension Preset {
  /// Every preset, in the order in which they are listed.
  public static let all: [Preset] = [
    Preset(
      name: "reram-es", summary: "ReRAM, exponential response, very noisy steps",
      source: "fit to Gong et al., Nat. Commun. 9:2102 (2018)", model: reRamES),
    Preset(
      name: "reram-sb", summary: "ReRAM, soft bounds, very noisy steps",
      source: "fit to Gong et al., Nat. Commun. 9:2102 (2018)", model: reRamSB),
    Preset(
      name: "reram-om", summary: "optimised ReRAM array, some 21 states",
      source: "fit to Gong, Rasch et al., IEDM (2022)",
      model: reRamArray(
        dwMin: 0.0949, spread: 0.7829, noise: 0.4158, writeNoise: 1.4113, wMaxDtod: 0.3499,
        wMinDtod: 0.5695)),
    Preset(
      name: "reram-hfo2", summary: "baseline HfO2 ReRAM array, some 4 states",
      source: "fit to Gong, Rasch et al., IEDM (2022)",
      model: reRamArray(
        dwMin: 0.4622, spread: 0.7125, noise: 0.2174, writeNoise: 0.5841, wMaxDtod: 0.4295,
        wMinDtod: 0.5990)),
    Preset(
      name: "capacitor", summary: "trench capacitor, nearly constant step, leaks",
      source: "fit to Li et al., VLSI (2018)", model: capacitor),
    Preset(
      name: "ecram", summary: "electro-chemical RAM (lithium)",
      source: "fit to Tang et al., IEDM (2018)",
      model: ecRam(
        dwMin: 0.002, noise: 0.3, wMax: 1.1724, wMin: -0.8276, gammaUp: 0.1153, gammaDown: 0.5085)),
    Preset(
      name: "ecram-mo", summary: "metal-oxide electro-chemical RAM",
      source: "fit to Kim et al., IEDM (2019)",
      model: ecRam(
        dwMin: 2.8214e-4, noise: 2, wMax: 1.1714, wMin: -0.8286, gammaUp: 0.4152,
        gammaDown: 0.7342)),
    Preset(
      name: "idealized", summary: "constant step, 10,000 states, no symmetric point",
      source: "aihwkit 1.2.0", model: constant(dwMin: 0.0002, upDownDtod: 0)),
    Preset(
      name: "gokmen-vlasov", summary: "constant step, 1,250 states, no symmetric point",
      source: "Gokmen and Vlasov, Front. Neurosci. 10:333 (2016)",
      model: constant(dwMin: 0.0016, upDownDtod: 0.01)),
    Preset(
      name: "pcm", summary: "phase-change memory, one-sided",
      source: "fit to Nandakumar et al., Front. Neurosci. 14:406 (2020)", model: pcm),
    Preset(
      name: "low-noise",
      summary: "soft bounds, 2,000 states, symmetric points of mean 0.2 and spread 0.3",
      source: "figure 1 of arXiv 2602.21321", model: lowNoise),
  ]

  private static var reRamES: DeviceModel {
    var model = DeviceModel(.expStep)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (0.00135, 0.2, 5)
    (model.upDown, model.upDownDtod) = (0.259359, 0.05)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1, -1, 0.3, 0.3)
    model.writeNoiseStd = 75
    (model.expA, model.expB) = (-0.5, -0.5)
    (model.expGammaUp, model.expGammaDown) = (5, 5)
    (model.expAUp, model.expADown) = (-1.18445, -0.081404)
    return model
  }

  private static var reRamSB: DeviceModel {
    var model = DeviceModel(.softBoundsReference)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (0.002, 0.3, 3.75)
    (model.upDown, model.upDownDtod) = (0, 0.01)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1.25, -0.75, 0.24, 0.4)
    model.writeNoiseStd = 56
    return model
  }

  private static func reRamArray(
    dwMin: Double, spread: Double, noise: Double, writeNoise: Double, wMaxDtod: Double,
    wMinDtod: Double
  ) -> DeviceModel {
    var model = DeviceModel(.softBoundsReference)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (dwMin, spread, noise)
    model.dwMinDtodLogNormal = true
    (model.upDown, model.upDownDtod) = (0, 0.01)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1, -1, wMaxDtod, wMinDtod)
    model.writeNoiseStd = writeNoise
    (model.corruptDevicesProb, model.corruptDevicesRange) = (0, 0.01)
    model.subtractSymmetryPoint = true
    (model.referenceMean, model.referenceStd) = (0, 0.05)
    return model
  }

  private static var capacitor: DeviceModel {
    var model = DeviceModel(.linearStep)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (0.005, 0.1, 0.3)
    (model.upDown, model.upDownDtod) = (0, 0.06)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1, -1, 0.07, 0.07)
    (model.gammaUp, model.gammaDown) = (0.05, 0.05)
    (model.gammaUpDtod, model.gammaDownDtod) = (0.01, 0.01)
    model.multNoise = false
    (model.lifetime, model.lifetimeDtod) = (1e6, 0.3)
    return model
  }

  private static func ecRam(
    dwMin: Double, noise: Double, wMax: Double, wMin: Double, gammaUp: Double, gammaDown: Double
  ) -> DeviceModel {
    var model = DeviceModel(.linearStep)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (dwMin, 0.1, noise)
    (model.upDown, model.upDownDtod) = (0, 0.01)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (wMax, wMin, 0.05, 0.05)
    (model.gammaUp, model.gammaDown) = (gammaUp, gammaDown)
    (model.gammaUpDtod, model.gammaDownDtod) = (0.05, 0.05)
    return model
  }

  private static func constant(dwMin: Double, upDownDtod: Double) -> DeviceModel {
    var model = DeviceModel(.constantStep)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (dwMin, 0.3, 0.3)
    (model.upDown, model.upDownDtod) = (0, upDownDtod)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1, -1, 0.3, 0.3)
    return model
  }

  private static var pcm: DeviceModel {
    var model = DeviceModel(.expStep)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (0.01, 0.2, 0.6)
    (model.upDown, model.upDownDtod) = (0, 0.05)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (2, 0, 0.1, 0)
    (model.dwMinStdAdd, model.dwMinStdSlope) = (0.042, 0.108)
    (model.expA, model.expB) = (-1, 0)
    (model.expGammaUp, model.expGammaDown) = (2.5, 2.5)
    (model.expAUp, model.expADown) = (-27.235, -2.235)
    (model.reset, model.resetDtod) = (0.01, 0.02)
    return model
  }

  /// No spread but that of the symmetric point: its distance from the start decays alike in all cells.
  private static var lowNoise: DeviceModel {
    var model = DeviceModel(.softBoundsReference)
    (model.dwMin, model.dwMinDtod, model.dwMinStd) = (0.001, 0, 0.3)
    (model.upDown, model.upDownDtod) = (0, 0)
    (model.wMax, model.wMin, model.wMaxDtod, model.wMinDtod) = (1, -1, 0, 0)
    // The symmetric point of v is 0, so that of the weight is the reference with its sign turned.
    (model.referenceMean, model.referenceStd) = (-0.2, 0.3)
    return model
  }
}
